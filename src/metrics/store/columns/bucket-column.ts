/**
 * One column of a block of minutes or hours: sum, count, least and greatest value of each bucket, bit
 * for bit.
 *
 * Where all of them are decimals, the mean to the unit is coded, and beside it what is left of the sum
 * and the distances to the least and the greatest value, which are small.
 */
import { ByteReader, ByteWriter, DamagedBlockError } from './bits.js';
import { commonDecimals, haveDecimals, MAX_DECIMALS, toUnits, unitsPerOne } from './decimals.js';
import { decodeIntegers, encodeIntegers } from './integers.js';
import { decodeNumbers, encodeNumbers } from './number-column.js';

const { max, round } = Math;

/** Buckets by the index of their time; NaN and a count of 0 where there is none. */
export interface BucketColumn {
  sum: Float64Array;
  count: Float64Array;
  min: Float64Array;
  max: Float64Array;
}

const CODINGS = { doubles: 0, decimal: 1 } as const;

/** An empty column for `length` times. */
export function emptyBuckets(length: number): BucketColumn {
  const nothing = () => new Float64Array(length).fill(Number.NaN);
  return { sum: nothing(), count: new Float64Array(length), min: nothing(), max: nothing() };
}

/** The bytes of a column. */
export function encodeBuckets({ sum, count, min, max }: BucketColumn): Buffer {
  const writer = new ByteWriter();
  const present = count.map((value) => (value > 0 ? value : Number.NaN));
  writeSized(writer, encodeNumbers(present));
  const isPresent = (_: number, index: number) => (count[index] as number) > 0;
  const counts = count.filter(isPresent);
  const parts = [sum.filter(isPresent), min.filter(isPresent), max.filter(isPresent)] as const;
  const decimals = sharedDecimals(parts, counts);
  if (decimals === null) {
    writer.byte(CODINGS.doubles);
    for (const part of parts) {
      writeSized(writer, encodeNumbers(part));
    }
    return writer.finish();
  }
  writer.byte(CODINGS.decimal);
  writer.byte(decimals);
  for (const integers of toIntegers(parts, counts, decimals)) {
    writeSized(writer, encodeIntegers(integers));
  }
  return writer.finish();
}

/** Means, what is left of the sums, and the distances from the mean to least and greatest value. */
function toIntegers(
  [sum, min, max]: readonly [Float64Array, Float64Array, Float64Array],
  counts: Float64Array,
  decimals: number,
): Float64Array[] {
  const means = toUnits(sum, decimals);
  const rests = new Float64Array(means.length);
  const below = toUnits(min, decimals);
  const above = toUnits(max, decimals);
  for (let index = 0; index < means.length; index++) {
    const total = means[index] as number;
    const count = counts[index] as number;
    const mean = round(total / count);
    means[index] = mean;
    rests[index] = total - mean * count;
    below[index] = mean - (below[index] as number);
    above[index] = (above[index] as number) - mean;
  }
  return [means, rests, below, above];
}

/** The buckets of a column for `length` times. Throws `DamagedBlockError`. */
export function decodeBuckets(bytes: Buffer, length: number): BucketColumn {
  const reader = new ByteReader(bytes);
  const present = decodeNumbers(readSized(reader), length);
  const isComplete = !present.includes(Number.NaN);
  const counts = isComplete ? present : present.filter((value) => !Number.isNaN(value));
  const [sums, minima, maxima] = readParts(reader, counts);
  if (isComplete) {
    return { sum: sums, count: counts, min: minima, max: maxima };
  }
  const column = emptyBuckets(length);
  let from = 0;
  for (let index = 0; index < length; index++) {
    const count = present[index] as number;
    if (!Number.isNaN(count)) {
      column.count[index] = count;
      column.sum[index] = sums[from] as number;
      column.min[index] = minima[from] as number;
      column.max[index] = maxima[from] as number;
      from++;
    }
  }
  return column;
}

function readParts(
  reader: ByteReader,
  counts: Float64Array,
): [Float64Array, Float64Array, Float64Array] {
  const { length } = counts;
  const coding = reader.byte();
  if (coding === CODINGS.doubles) {
    return [1, 2, 3].map(() => decodeNumbers(readSized(reader), length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }
  if (coding !== CODINGS.decimal) {
    throw new DamagedBlockError('the coding of a column is unknown');
  }
  const decimals = reader.byte();
  if (decimals > MAX_DECIMALS) {
    throw new DamagedBlockError('a column has too many decimals');
  }
  const units = unitsPerOne(decimals);
  const [means, rests, below, above] = [1, 2, 3, 4].map(() =>
    decodeIntegers(readSized(reader), 0, length),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let index = 0; index < length; index++) {
    const mean = means[index] as number;
    rests[index] = (mean * (counts[index] as number) + (rests[index] as number)) / units;
    below[index] = (mean - (below[index] as number)) / units;
    above[index] = (mean + (above[index] as number)) / units;
  }
  return [rests, below, above];
}

/** The decimals that serve sums and extremes alike, if what is derived stays a whole number. */
function sharedDecimals(parts: readonly Float64Array[], counts: Float64Array): number | null {
  if (counts.some((count) => !Number.isInteger(count))) {
    return null;
  }
  let shared = 0;
  for (const part of parts) {
    const decimals = commonDecimals(part);
    if (decimals === null) {
      return null;
    }
    shared = max(shared, decimals);
  }
  return parts.every((part) => haveDecimals(part, shared)) ? shared : null;
}

function writeSized(writer: ByteWriter, bytes: Uint8Array): void {
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function readSized(reader: ByteReader): Buffer {
  return reader.raw(reader.varint());
}
