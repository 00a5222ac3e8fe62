/** Columns of blocks: whatever goes in comes back bit for bit, and damage is noticed. */
import fc from 'fast-check';
import { DamagedBlockError } from './bits.js';
import { type BucketColumn, decodeBuckets, encodeBuckets } from './bucket-column.js';
import { seal, unseal } from './envelope.js';
import { decodeNumbers, encodeNumbers } from './number-column.js';

const bits = (values: Iterable<number>) => Buffer.from(Float64Array.from(values).buffer);

function expectRoundTrip(values: readonly (number | null)[]): number {
  const column = Float64Array.from(values, (value) => value ?? Number.NaN);
  const encoded = encodeNumbers(column);
  expect(bits(decodeNumbers(encoded, values.length)).equals(bits(column))).toBe(true);
  return encoded.length;
}

/** Doubles of every kind that pushes may bring; NaN and infinities are refused earlier. */
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 100_000 }).map((value) => value / 100),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((value) => value * 4096),
  fc.constantFrom(
    0,
    -0,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    2 ** 53,
    2 ** 53 - 1,
    -(2 ** 49),
    0.1 + 0.2,
  ),
);
const column = fc.array(fc.option(anyNumber, { freq: 5 }), { minLength: 1, maxLength: 700 });
const decimalColumn = fc.array(
  fc.option(
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((value) => value / 100),
    { freq: 9 },
  ),
  { minLength: 1, maxLength: 700 },
);

/** Mostly the same, with bursts of what was there before: what disks and memory in use look like. */
const burstyColumn = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(30), { minLength: 40, maxLength: 900 }),
  )
  .map(([bursts, places]) => places.map((place) => bursts[place] ?? bursts[0] ?? 0));

describe('a column of numbers', () => {
  it.each([
    ['one number', [12.5]],
    ['one zero', [0]],
    ['minus zero', [-0, 0, -0]],
    ['nothing', [null]],
    ['gaps at both ends', [null, 1, null, null, 2.25, null]],
    ['the largest whole numbers', [2 ** 53, -(2 ** 53), 0]],
    ['denormals', [Number.MIN_VALUE, 3 * Number.MIN_VALUE, 0]],
    ['a leap over the whole range', [-(2 ** 49), 2 ** 49, -(2 ** 49), 2 ** 49]],
    ['decimals that only the first has', [0.123456789, 2 ** 45, 1]],
    ['a counter', Array.from({ length: 1_000 }, (_, index) => 1e12 + index * 65_536)],
  ])('holds %s', (_, values) => {
    expectRoundTrip(values);
  });

  it('holds anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(column, decimalColumn, burstyColumn),
        (values) => void expectRoundTrip(values),
      ),
      {
        numRuns: 400,
      },
    );
  });

  it('takes nearly nothing for what is constant or regular', () => {
    expect(expectRoundTrip(Array(17_280).fill(42.25))).toBeLessThan(16);
    const ticks = Array.from({ length: 17_280 }, (_, index) => 1_760_000_000_000 + index * 5_000);
    expect(expectRoundTrip(ticks)).toBeLessThan(200);
  });

  it('takes little for what comes again and again', () => {
    const writes = Array.from({ length: 17_280 }, (_, index) =>
      index % 37 === 0 ? 4_096 * (1 + (index % 5)) : 0,
    );
    expect(expectRoundTrip(writes) / writes.length).toBeLessThan(0.05);
  });

  it('takes little more than a noisy value tells', () => {
    let level = 40;
    const noisy = Array.from({ length: 17_280 }, (_, index) => {
      level = Math.min(100, Math.max(0, level + Math.sin(index * 12.9898) * 0.8));
      return Math.round(level * 100) / 100;
    });
    expect(expectRoundTrip(noisy) / noisy.length).toBeLessThan(1.2);
  });

  it('is refused when bytes of it are damaged, and never hangs', () => {
    fc.assert(
      fc.property(
        fc.oneof(column, burstyColumn),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.nat(),
        (values, noise, place) => {
          const bytes = encodeNumbers(Float64Array.from(values, (value) => value ?? Number.NaN));
          bytes.set(noise.subarray(0, bytes.length - (place % bytes.length)), place % bytes.length);
          try {
            expect(decodeNumbers(bytes, values.length)).toHaveLength(values.length);
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedBlockError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a column of buckets', () => {
  const bucket = (number: fc.Arbitrary<number>) =>
    fc.option(
      fc
        .array(number, { minLength: 1, maxLength: 12 })
        .map((values) => ({
          sum: values.reduce((sum, value) => sum + value, 0),
          count: values.length,
          min: Math.min(...values),
          max: Math.max(...values),
        }))
        .filter(({ sum }) => Number.isFinite(sum)),
      { freq: 9 },
    );
  const buckets = (number: fc.Arbitrary<number>) =>
    fc.array(bucket(number), { minLength: 1, maxLength: 200 });
  const toColumn = (
    list: readonly { sum: number; count: number; min: number; max: number }[] | readonly unknown[],
  ): BucketColumn => {
    const pick = (name: keyof BucketColumn, nothing: number) =>
      Float64Array.from(list as ({ [key in keyof BucketColumn]: number } | null)[], (value) =>
        value === null ? nothing : value[name],
      );
    return {
      sum: pick('sum', Number.NaN),
      count: pick('count', 0),
      min: pick('min', Number.NaN),
      max: pick('max', Number.NaN),
    };
  };
  const asText = (value: BucketColumn) =>
    (['sum', 'count', 'min', 'max'] as const).map((name) => bits(value[name]).toString('hex'));

  it('comes back bit for bit', () => {
    const percent = fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100);
    fc.assert(
      fc.property(fc.oneof(buckets(percent), buckets(anyNumber)), (list) => {
        const given = toColumn(list);
        expect(asText(decodeBuckets(encodeBuckets(given), list.length))).toEqual(asText(given));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when it is damaged', () => {
    fc.assert(
      fc.property(
        buckets(anyNumber),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.nat(),
        (list, noise, place) => {
          const bytes = encodeBuckets(toColumn(list));
          bytes.set(noise.subarray(0, bytes.length - (place % bytes.length)), place % bytes.length);
          try {
            expect(decodeBuckets(bytes, list.length).sum).toHaveLength(list.length);
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedBlockError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the envelope of a block', () => {
  it('gives back what it holds', () => {
    expect(unseal(seal(Buffer.from('column')))).toEqual(Buffer.from('column'));
  });

  it('tells any altered byte, another version and an end that is missing', () => {
    const sealed = seal(Buffer.from('a column of a block'));
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] as number) ^ 0x10;
      expect(() => unseal(altered)).toThrow(DamagedBlockError);
      expect(() => unseal(sealed.subarray(0, at))).toThrow(DamagedBlockError);
    }
  });
});
