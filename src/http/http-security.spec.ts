import { isOriginAllowed } from './http-security.js';

describe('an origin', () => {
  const config = { corsOrigins: ['https://monitor.example.com'] };

  it.each([
    [undefined, 'host:8080', true],
    ['http://host:8080', 'host:8080', true],
    ['https://host', 'host', true],
    ['http://HOST:8080', 'Host:8080', true],
    ['http://[::1]:8080', '[::1]:8080', true],
    ['https://monitor.example.com', 'host:8080', true],
    ['http://monitor.example.com', 'host:8080', false],
    ['http://host:8081', 'host:8080', false],
    ['http://host.evil.example', 'host', false],
    ['http://evil.example', 'host:8080', false],
    ['null', 'host:8080', false],
    ['', 'host:8080', false],
    ['http://host:8080', undefined, false],
    ['file://', 'host:8080', false],
    ['file://', '', false],
  ])('%s talking to %s is let in: %s', (origin, host, allowed) => {
    expect(isOriginAllowed(origin, host, config)).toBe(allowed);
  });
});
