import fc from 'fast-check';
import { mergeBuckets } from './buckets.js';
import type { Bucket } from './metrics-store.js';

const bucket = (key: number, start: number, sum = 1): Bucket => ({
  key,
  start,
  values: [{ sum, count: 1, min: sum, max: sum }],
});

describe('merging of buckets', () => {
  it('keeps the order and adds up what two tiers say of one bucket', () => {
    const rolledUp = [bucket(1, 0), bucket(1, 60, 3), bucket(2, 0)];
    const raw = [bucket(1, 60, 5), bucket(1, 120), bucket(3, 0)];
    expect(mergeBuckets([rolledUp, raw])).toEqual([
      bucket(1, 0),
      { key: 1, start: 60, values: [{ sum: 8, count: 2, min: 3, max: 5 }] },
      bucket(1, 120),
      bucket(2, 0),
      bucket(3, 0),
    ]);
    expect(mergeBuckets([[], []])).toEqual([]);
  });

  it('loses no bucket, whichever list it is in', () => {
    const ordered = (ids: number[]) =>
      [...ids].sort((one, other) => one - other).map((id) => bucket(id >> 3, id & 7));
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 63 })).map(ordered);
    fc.assert(
      fc.property(fc.array(list, { maxLength: 4 }), (lists) => {
        const merged = mergeBuckets(lists);
        const ids = merged.map(({ key, start }) => key * 8 + start);
        const expected = new Set(lists.flat().map(({ key, start }) => key * 8 + start));
        expect(ids).toEqual([...expected].sort((one, other) => one - other));
        const count = merged.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0);
        expect(count).toBe(lists.flat().length);
      }),
    );
  });
});
