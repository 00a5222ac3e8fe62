/** The ranges of history that a page can show. */
import {
  addressOfRange,
  around,
  boundsOf,
  isLive,
  pointsFor,
  RANGES,
  rangeFromAddress,
  refetchEvery,
  zoomed,
} from './ranges.js';

const HOUR = 3_600_000;

describe('ranges', () => {
  it('moves with the clock unless it is fixed', () => {
    expect(boundsOf(RANGES[1], 10 * HOUR)).toEqual({ from: 9 * HOUR, to: 10 * HOUR });
    expect(boundsOf({ kind: 'fixed', from: 1, to: 2 }, 10 * HOUR)).toEqual({ from: 1, to: 2 });
  });

  it('asks for no finer steps than the machine reports', () => {
    expect(pointsFor(900_000, 5)).toBe(180);
    expect(pointsFor(900_000, 60)).toBe(15);
    expect(pointsFor(900_000, 600)).toBe(10);
    expect(pointsFor(30 * 24 * HOUR, 5)).toBe(360);
  });

  it('appends live samples to short ranges and fetches long ones again', () => {
    expect(RANGES.map(isLive)).toEqual([true, true, false, false, false]);
    expect(RANGES.map(refetchEvery)).toEqual([false, false, 240_000, 1_680_000, 7_200_000]);
    expect(refetchEvery({ kind: 'fixed', from: 0, to: HOUR })).toBe(false);
  });

  it('survives the way through the address', () => {
    for (const range of [...RANGES, zoomed(HOUR, 2 * HOUR)]) {
      expect(rangeFromAddress(addressOfRange(range))).toEqual(range);
    }
  });

  it.each(['', 'range=2y', 'from=5', 'from=9&to=1', 'from=x&to=y', 'from=1&to=2'])(
    'shows the last 15 minutes for "%s"',
    (address) => {
      expect(rangeFromAddress(new URLSearchParams(address))).toBe(RANGES[0]);
    },
  );

  it('widens a range that was dragged too short', () => {
    expect(zoomed(100_000, 101_000)).toEqual({ kind: 'fixed', from: 85_500, to: 115_500 });
  });

  it('shows what came before and after something', () => {
    const range = (from: number, to: number) => ({ kind: 'fixed', from, to });
    expect(around(10 * HOUR, 11 * HOUR)).toEqual(range(9.75 * HOUR, 11 * HOUR + 300_000));
    expect(around(10 * HOUR, null)).toEqual(range(9.75 * HOUR, 10 * HOUR + 300_000));
  });
});
