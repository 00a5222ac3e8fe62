import { backoffMs } from './backoff.js';

describe('backing off', () => {
  it('doubles up to a minute, with jitter', () => {
    expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, 0))).toEqual([
      500, 1000, 2000, 30_000, 30_000,
    ]);
    expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, 0.999))).toEqual([
      1000, 1999, 3998, 59_970, 59_970,
    ]);
  });

  it('keeps to the server’s wish', () => {
    expect(backoffMs(1, 0.5, 90_000)).toBe(94_500);
    expect(backoffMs(1, 0.5, 0)).toBeGreaterThan(0);
  });
});
