import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proxyFor } from './proxy.js';

const proxied = (server: string, env: Record<string, string>) =>
  proxyFor(new URL(server), env)?.host ?? null;

describe('the proxy environment', () => {
  it('is chosen by the scheme of the server', () => {
    const env = { http_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' };
    expect(proxied('http://server', env)).toBe('a:1');
    expect(proxied('https://server', env)).toBe('b:2');
    expect(proxied('https://server', { all_proxy: 'c:3' })).toBe('c:3');
    expect(proxied('https://server', {})).toBeNull();
  });

  it.each([
    // Names, and everything below them.
    ['server', 'http://server', true],
    ['other,server', 'http://server', true],
    ['other server', 'http://server', true],
    [' other ,\tserver , ', 'http://server', true],
    ['erver', 'http://server', false],
    ['SERVER', 'http://Server', true],
    ['localhost', 'http://localhost:8080', true],
    ['localhost', 'http://127.0.0.1:8080', false],
    ['127.0.0.1', 'http://localhost:8080', false],
    ['example.com', 'http://a.Example.com', true],
    ['example.com', 'http://notexample.com', false],
    ['example.com', 'http://example.com.', true],
    ['example.com.', 'http://a.example.com', true],
    ['example.com', 'http://example.com.evil.test', false],
    ['bücher.example', 'http://bücher.example', true],
    // With a dot or an asterisk before them.
    ['.example.com', 'http://a.b.example.com', true],
    ['.example.com', 'http://example.com', true],
    ['.example.com', 'http://notexample.com', false],
    ['*.example.com', 'http://a.example.com', true],
    ['.example.com', 'http://server', false],
    // All.
    ['*', 'http://server', true],
    ['other, *', 'http://10.1.2.3', true],
    ['*rver', 'http://server', false],
    // Nothing.
    ['', 'http://server', false],
    [' , ,', 'http://server.', false],
    ['.', 'http://server.', false],
    [':80', 'http://server', false],
    ['[]', 'http://[::1]', false],
    // Ports.
    ['server:80', 'http://server', true],
    ['server:81', 'http://server', false],
    ['server:443', 'https://server', true],
    ['.example.com:8080', 'http://a.example.com:8080', true],
    ['.example.com:8080', 'http://a.example.com:8081', false],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080', true],
    ['10.1.2.3:8080', 'http://10.1.2.3', false],
    // Addresses are compared as a whole.
    ['10.1.2.3', 'http://10.1.2.3', true],
    ['2.3', 'http://10.1.2.3', false],
    ['.2.3', 'http://10.1.2.3', false],
    ['::1', 'http://[::1]:8080', true],
    ['0:0:0:0:0:0:0:1', 'http://[::1]:8080', true],
    ['FD12::A', 'http://[fd12::a]', true],
    ['fd12::a', 'http://[fd12::ab]', false],
    ['[::1]', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]:8081', false],
    ['[fd12::a]:443', 'https://[fd12::a]', true],
    // Ranges.
    ['10.0.0.0/8', 'http://10.1.2.3', true],
    ['10.0.0.0/8', 'http://11.1.2.3', false],
    ['10.0.0.0/8', 'http://ten.example.com', false],
    ['0.0.0.0/0', 'http://10.1.2.3', true],
    ['fd00::/8', 'http://[fd12::a]', true],
    ['[fd00::]/8', 'http://[fd12::a]', true],
  ])('NO_PROXY=%j for %s: %p', (no_proxy, server, covered) => {
    const all_proxy = 'http://p:1';
    expect(proxied(server, { all_proxy, no_proxy }) === null).toBe(covered);
    expect(proxied(server, { ALL_PROXY: all_proxy, NO_PROXY: no_proxy }) === null).toBe(covered);
  });

  it('covers ranges of addresses', () => {
    const file = join(__dirname, '../../../test/fixtures/field/22-no-proxy-ranges/env');
    const env = Object.fromEntries(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    expect(proxied('http://10.1.2.3:8080', env)).toBeNull();
    expect(proxied('http://[fd12::3]:8080', env)).toBeNull();
    expect(proxied('http://11.1.2.3:8080', env)).toBe('proxy:3128');
    expect(proxied('http://[fe80::3]:8080', env)).toBe('proxy:3128');
    expect(proxied('http://ten.example.com', env)).toBe('proxy:3128');
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'ten/8', '/8', '10.0.0.0/8/8', '::/129'])(
    'is used where the range %s is none',
    (no_proxy) => {
      expect(proxied('http://10.1.2.3', { http_proxy: 'p:1', no_proxy })).toBe('p:1');
    },
  );

  it('says so if it cannot be used', () => {
    expect(() => proxied('http://s', { http_proxy: 'socks5://p:1' })).toThrow('not supported');
    expect(() => proxied('http://s', { http_proxy: 'http://[' })).toThrow('not an address');
  });
});
