/** Which answers are kept for the time when the server cannot be reached. */
import { isWorthKeeping } from './last-answers.js';

describe('last answers', () => {
  it.each([
    ['/auth/me', true],
    ['/auth/preferences', false],
    ['/machines/0b1c2d3e-0000-4000-8000-000000000000', true],
    ['/machines/0b1c2d3e-0000-4000-8000-000000000000/metrics?points=60', false],
    ['/alerts?state=firing&limit=100', true],
    ['/alerts?machine_id=x&from=1&to=2', false],
    ['/alerts?state=resolved&cursor=abc', false],
    ['/users', false],
  ])('of %s: %s', (path, kept) => {
    expect(isWorthKeeping(path)).toBe(kept);
  });
});
