/** Where sign-in may lead. */
import { safeNext } from './next-page.js';

describe('the page after signing in', () => {
  it.each(['/', '/machines/1?range=1h', '/?q=web&status=offline'])('may be %s', (next) => {
    expect(safeNext(next)).toBe(next);
  });

  it.each([
    null,
    '',
    'https://example.org',
    '//example.org',
    '/\\example.org',
    '/\t/example.org',
    'javascript:alert(1)',
    '/login?next=/',
    '/setup',
  ])('is the list of machines for %p', (next) => {
    expect(safeNext(next)).toBe('/');
  });
});
