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
    ['server', true],
    ['other,server', true],
    ['.example.com', false],
    ['*', true],
    ['server:80', true],
    ['server:81', false],
    ['erver', false],
  ])('is not used for what NO_PROXY=%s covers: %s', (no_proxy, covered) => {
    expect(proxied('http://server', { http_proxy: 'p:1', no_proxy }) === null).toBe(covered);
  });

  it('covers subdomains and addresses', () => {
    const env = (no_proxy: string) => ({ http_proxy: 'p:1', NO_PROXY: no_proxy });
    expect(proxied('http://a.example.com', env('.example.com'))).toBeNull();
    expect(proxied('http://a.example.com', env('example.com'))).toBeNull();
    expect(proxied('http://notexample.com', env('example.com'))).toBe('p:1');
    expect(proxied('http://[::1]:8080', env('::1'))).toBeNull();
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
    expect(() => proxied('http://s', { http_proxy: 'http://[' })).toThrow('no address');
  });
});
