import type { SeriesBuckets } from '../store/metrics-store.js';
import { columnsOf, timeAxis } from './columns.js';

const RESOLUTION = { tier: 'raw', stepMs: 10, from: 100, to: 140 } as const;
/** A series of one metric with these buckets by their start. */
function series(buckets: Record<number, { sum: number; count: number }>): SeriesBuckets {
  const steps = timeAxis(RESOLUTION);
  const list = (pick: (bucket: { sum: number; count: number }) => number) =>
    Float64Array.from(steps, (start) => pick(buckets[start] ?? { sum: 0, count: 0 }));
  const columns = [
    {
      sum: list(({ sum }) => sum),
      count: list(({ count }) => count),
      min: list(({ count }) => (count > 0 ? 1 : Number.POSITIVE_INFINITY)),
      max: list(({ count }) => (count > 0 ? 9 : Number.NEGATIVE_INFINITY)),
    },
  ];
  return { key: 1, present: new Uint8Array(steps.length), columns };
}

describe('columns', () => {
  it('stand on every step of the range', () => {
    expect(timeAxis(RESOLUTION)).toEqual([100, 110, 120, 130]);
  });

  it('hold null where nothing was received', () => {
    expect(
      columnsOf(
        series({ 110: { sum: 6, count: 2 }, 130: { sum: 1, count: 1 } }),
        ['cpu'],
        RESOLUTION,
      ),
    ).toEqual({
      cpu: [null, 3, null, 1],
    });
  });

  it('come with extremes from a rolled-up tier', () => {
    expect(
      columnsOf(series({ 100: { sum: 6, count: 2 } }), ['cpu'], { ...RESOLUTION, tier: '1m' }),
    ).toEqual({
      cpu: [3, null, null, null],
      cpu_min: [1, null, null, null],
      cpu_max: [9, null, null, null],
    });
  });

  it('show no digits that only the order of summing made', () => {
    expect(
      columnsOf(series({ 100: { sum: 0.1 + 0.2, count: 1 } }), ['cpu'], RESOLUTION).cpu?.[0],
    ).toBe(0.3);
  });
});
