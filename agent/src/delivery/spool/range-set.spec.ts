import fc from 'fast-check';
import { RangeSet } from './range-set.js';

describe('a set of settled numbers', () => {
  it('moves its base once everything below is in it', () => {
    const set = new RangeSet(1);
    set.add(3, 4);
    expect(set.base).toBe(1);
    expect(set.toJSON()).toEqual([[3, 4]]);
    set.add(1, 2);
    expect(set.base).toBe(5);
    expect(set.toJSON()).toEqual([]);
  });

  it('agrees with a plain set', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(8));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), (ranges) => {
        const set = new RangeSet(1);
        const plain = new Set<number>();
        for (const [from, length] of ranges) {
          set.add(from, from + length);
          for (let value = from; value <= from + length; value += 1) plain.add(value);
        }
        for (let value = 1; value <= 70; value += 1) expect(set.has(value)).toBe(plain.has(value));
        expect(set.count(1, 70)).toBe(plain.size);
        expect(set.count(20, 30)).toBe(
          [...plain].filter((value) => value >= 20 && value <= 30).length,
        );
        let base = 1;
        while (plain.has(base)) base += 1;
        expect(set.base).toBe(base);
      }),
    );
  });
});
