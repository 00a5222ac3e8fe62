import fc from 'fast-check';
import { chooseResolution } from './resolution.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-01T12:00:00Z');
const OLDEST = { raw: NOW - 7 * DAY, '1m': NOW - 90 * DAY, '1h': NOW - 730 * DAY };

function choose(range: number, points: number, intervalMs = 5_000, end = NOW) {
  return chooseResolution({ from: end - range, to: end, points, intervalMs, oldest: OLDEST });
}

describe('resolution of a history query', () => {
  it.each([
    ['15 minutes', 15 * MINUTE, 300, 'raw', 5_000],
    ['an hour', HOUR, 600, 'raw', 10_000],
    ['a day at few points', DAY, 240, '1m', 600_000],
    ['a day at many points', DAY, 5_000, 'raw', 20_000],
    ['30 days', 30 * DAY, 600, '1h', 7_200_000],
    ['a year', 365 * DAY, 300, '1h', 2 * DAY],
  ])('of %s', (_, range, points, tier, stepMs) => {
    expect(choose(range, points)).toMatchObject({ tier, stepMs });
  });

  it('falls back on a coarser tier where the finer one is gone', () => {
    expect(choose(15 * MINUTE, 300, 5_000, NOW - 8 * DAY)).toMatchObject({
      tier: '1m',
      stepMs: MINUTE,
    });
    expect(choose(HOUR, 300, 5_000, NOW - 100 * DAY)).toMatchObject({ tier: '1h', stepMs: HOUR });
  });

  it('is never finer than the samples come', () => {
    expect(choose(15 * MINUTE, 5_000, 30_000).stepMs).toBe(30_000);
  });

  it('covers the range on the grid of its step, in no more points than asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 3_650 * DAY }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 0, max: 700 * DAY }),
        (range, points, age) => {
          const { from, to, stepMs } = choose(range, points, 5_000, NOW - age);
          expect(from % stepMs).toBe(0);
          expect(to % stepMs).toBe(0);
          expect(from).toBeLessThanOrEqual(NOW - age - range);
          expect(to).toBeGreaterThanOrEqual(NOW - age);
          // One more where the range begins and ends inside a step.
          expect((to - from) / stepMs).toBeLessThanOrEqual(points + 1);
        },
      ),
    );
  });
});
