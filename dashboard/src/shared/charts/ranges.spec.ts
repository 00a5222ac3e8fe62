/** The ranges of history that a page can show. */
import {
  addressOfRange,
  around,
  boundsOf,
  earlier,
  isLive,
  lastOf,
  later,
  pointsFor,
  RANGES,
  rangeFromAddress,
  refetchEvery,
  zoomed,
  zoomedOut,
} from './ranges.js';

const HOUR = 3_600_000;

describe('ranges', () => {
  it('moves with the clock unless it is fixed', () => {
    expect(boundsOf(RANGES[2], 10 * HOUR)).toEqual({ from: 9 * HOUR, to: 10 * HOUR });
    expect(boundsOf({ kind: 'fixed', from: 1, to: 2 }, 10 * HOUR)).toEqual({ from: 1, to: 2 });
  });

  it('asks for no finer steps than the machine reports', () => {
    expect(pointsFor(900_000, 5, 600)).toBe(180);
    expect(pointsFor(900_000, 60, 600)).toBe(15);
    expect(pointsFor(900_000, 600, 600)).toBe(10);
  });

  it('asks for as many points as the chart has pixels, in steps', () => {
    const points = (widthPx: number) => pointsFor(30 * 24 * HOUR, 5, widthPx);
    expect([0, 262, 520, 580, 5_000].map(points)).toEqual([100, 300, 600, 600, 1_200]);
  });

  it('appends live samples to short ranges and fetches long ones again', () => {
    const six = RANGES.slice(0, 6);
    expect(six.map(isLive)).toEqual([true, true, true, false, false, false]);
    expect(six.map(refetchEvery)).toEqual([false, false, false, 60_000, 240_000, 1_680_000]);
    expect(refetchEvery({ kind: 'fixed', from: 0, to: HOUR })).toBe(false);
  });

  it('survives the way through the address', () => {
    for (const range of [...RANGES, lastOf(3 * HOUR), lastOf(277_400), zoomed(HOUR, 2 * HOUR)]) {
      expect(rangeFromAddress(addressOfRange(range))).toEqual(range);
    }
  });

  it.each([
    '',
    'range=2x',
    'range=0h',
    'range=h',
    'from=1&to=9e14',
    'from=5',
    'from=9&to=1',
    'from=x&to=y',
    'from=1&to=2',
  ])('shows the last 15 minutes for "%s"', (address) => {
    expect(rangeFromAddress(new URLSearchParams(address))).toBe(RANGES[1]);
  });

  it('widens a range that was dragged too short', () => {
    expect(zoomed(100_000, 101_000)).toEqual({ kind: 'fixed', from: 85_500, to: 115_500 });
  });

  it('names any length by its largest unit', () => {
    const names = [3 * HOUR, 24 * HOUR, 48 * HOUR, 90_000, 1, 1e15].map(lastOf);
    expect(names).toMatchObject([
      { id: '3h', label: 'Last 3 hours' },
      { id: '24h' },
      { id: '2d', label: 'Last 2 days' },
      { id: '90s', label: 'Last 90 seconds' },
      { id: '30s' },
      { id: '10y' },
    ]);
  });

  it('steps back by its length, and forward to where it was, live again', () => {
    const now = 100 * HOUR;
    const once = earlier(RANGES[2], now);
    expect(once).toEqual({ kind: 'fixed', from: 98 * HOUR, to: 99 * HOUR });
    const twice = earlier(once, now);
    expect(twice).toEqual({ kind: 'fixed', from: 97 * HOUR, to: 98 * HOUR });
    const minuteLater = now + 60_000;
    expect(later(twice, minuteLater)).toEqual(once);
    expect(later(once, minuteLater)).toBe(RANGES[2]);
    expect(later(RANGES[2], now)).toBeNull();
  });

  it('doubles around its middle when it zooms out, but not into the future', () => {
    const now = 100 * HOUR;
    const range = (from: number, to: number) => ({ kind: 'fixed', from, to }) as const;
    expect(zoomedOut(RANGES[1], now)).toMatchObject({ id: '30m' });
    expect(zoomedOut(range(10 * HOUR, 12 * HOUR), now)).toEqual(range(9 * HOUR, 13 * HOUR));
    expect(zoomedOut(range(98 * HOUR, 100 * HOUR), now)).toEqual(range(96 * HOUR, 100 * HOUR));
    expect(zoomedOut(RANGES[9], now)).toMatchObject({ id: '4y' });
  });

  it('shows what came before and after something', () => {
    const range = (from: number, to: number) => ({ kind: 'fixed', from, to });
    expect(around(10 * HOUR, 11 * HOUR)).toEqual(range(9.75 * HOUR, 11 * HOUR + 300_000));
    expect(around(10 * HOUR, null)).toEqual(range(9.75 * HOUR, 10 * HOUR + 300_000));
  });
});
