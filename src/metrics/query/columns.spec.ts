import { columnsOf, timeAxis } from './columns.js';

const RESOLUTION = { tier: 'raw', stepMs: 10, from: 100, to: 140 } as const;
const bucket = (start: number, sum: number, count: number) => ({
  key: 1,
  start,
  values: [{ sum, count, min: 1, max: 9 }],
});

describe('columns', () => {
  it('stand on every step of the range', () => {
    expect(timeAxis(RESOLUTION)).toEqual([100, 110, 120, 130]);
  });

  it('hold null where nothing was received', () => {
    expect(columnsOf([bucket(110, 6, 2), bucket(130, 1, 1)], ['cpu'], RESOLUTION)).toEqual({
      cpu: [null, 3, null, 1],
    });
  });

  it('come with extremes from a rolled-up tier', () => {
    expect(columnsOf([bucket(100, 6, 2)], ['cpu'], { ...RESOLUTION, tier: '1m' })).toEqual({
      cpu: [3, null, null, null],
      cpu_min: [1, null, null, null],
      cpu_max: [9, null, null, null],
    });
  });

  it('show no digits that only the order of summing made', () => {
    expect(columnsOf([bucket(100, 0.1 + 0.2, 1)], ['cpu'], RESOLUTION).cpu?.[0]).toBe(0.3);
  });
});
