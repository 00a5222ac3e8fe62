/**
 * One column of a block of minutes or hours: sum, count, least and greatest value of each bucket, bit
 * for bit.
 *
 * Where all of them are decimals, the mean to the unit is coded, and beside it what is left of the sum
 * and the distances to the least and the greatest value, which are small.
 */
import { ByteReader, ByteWriter, DamagedBlockError } from './bits.js';
import {
  commonDecimals,
  divide,
  haveDecimals,
  MAX_DECIMALS,
  toUnits,
  unitsPerOne,
} from './decimals.js';
import { type AllocateDoubles, DoublesArena, newDoubles } from './doubles.js';
import { encodeIntegers, readIntegers } from './integers.js';
import { encodeNumbers, MAX_VALUES, readNumbers } from './number-column.js';

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
export function emptyBuckets(length: number, allocate: AllocateDoubles = newDoubles): BucketColumn {
  const filled = (value: number) => allocate(length).fill(value);
  return {
    sum: filled(Number.NaN),
    count: filled(0),
    min: filled(Number.NaN),
    max: filled(Number.NaN),
  };
}

/** What is made on the way to a column. */
const writer = new ByteWriter();
const arena = new DoublesArena();

/** The bytes of a column. */
export function encodeBuckets({ sum, count, min, max }: BucketColumn): Buffer {
  writer.reset();
  arena.reset();
  writeSized(encodeNumbers(orNaN(count)));
  const counts = withCount(count, count);
  const parts = [withCount(sum, count), withCount(min, count), withCount(max, count)] as const;
  const decimals = sharedDecimals(parts, counts);
  if (decimals === null) {
    writer.byte(CODINGS.doubles);
    for (const part of parts) {
      writeSized(encodeNumbers(part));
    }
    return writer.finish();
  }
  writer.byte(CODINGS.decimal);
  writer.byte(decimals);
  for (const integers of toIntegers(parts, counts, decimals)) {
    writeSized(encodeIntegers(integers));
  }
  return writer.finish();
}

/** Counts, with NaN in the place of 0. */
function orNaN(count: Float64Array): Float64Array {
  const present = arena.allocate(count.length);
  for (let index = 0; index < count.length; index++) {
    const number = count[index] as number;
    present[index] = number > 0 ? number : Number.NaN;
  }
  return present;
}

/** The values that have a count. */
function withCount(values: Float64Array, count: Float64Array): Float64Array {
  const packed = arena.allocate(values.length);
  let length = 0;
  for (let index = 0; index < values.length; index++) {
    if ((count[index] as number) > 0) {
      packed[length++] = values[index] as number;
    }
  }
  return packed.subarray(0, length);
}

/** Means, what is left of the sums, and the distances from the mean to least and greatest value. */
function toIntegers(
  [sum, min, max]: readonly [Float64Array, Float64Array, Float64Array],
  counts: Float64Array,
  decimals: number,
): Float64Array[] {
  const means = toUnits(sum, decimals, arena.allocate);
  const rests = arena.allocate(means.length);
  const below = toUnits(min, decimals, arena.allocate);
  const above = toUnits(max, decimals, arena.allocate);
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
export function decodeBuckets(
  bytes: Buffer,
  length: number,
  allocate: AllocateDoubles = newDoubles,
): BucketColumn {
  if (length > MAX_VALUES) {
    throw new DamagedBlockError('a column has too many buckets');
  }
  const reader = new ByteReader(bytes);
  const column = {
    sum: allocate(length),
    count: allocate(length),
    min: allocate(length),
    max: allocate(length),
  };
  readNumbers(reader, reader.sizedEnd(), column.count);
  let present = 0;
  for (let index = 0; index < length; index++) {
    present += (column.count[index] as number) > 0 ? 1 : 0;
  }
  if (present === length) {
    readParts(reader, column);
    return column;
  }
  readParts(reader, {
    sum: column.sum.subarray(0, present),
    count: column.count.filter((count) => count > 0),
    min: column.min.subarray(0, present),
    max: column.max.subarray(0, present),
  });
  spread(column, present);
  return column;
}

/** Moves the first `present` buckets to the places that have a count. */
function spread({ sum, count, min, max }: BucketColumn, present: number): void {
  let from = present;
  for (let to = count.length - 1; to >= 0; to--) {
    if ((count[to] as number) > 0) {
      from--;
      sum[to] = sum[from] as number;
      min[to] = min[from] as number;
      max[to] = max[from] as number;
    } else {
      count[to] = 0;
      sum[to] = Number.NaN;
      min[to] = Number.NaN;
      max[to] = Number.NaN;
    }
  }
}

/** Means of the column that is being read. */
let means = new Float64Array(0);

/** Reads sums and extremes to the counts. */
function readParts(reader: ByteReader, { sum, count, min, max }: BucketColumn): void {
  const coding = reader.byte();
  if (coding === CODINGS.doubles) {
    for (const values of [sum, min, max]) {
      readNumbers(reader, reader.sizedEnd(), values);
    }
    return;
  }
  if (coding !== CODINGS.decimal) {
    throw new DamagedBlockError('the coding of a column is unknown');
  }
  const decimals = reader.byte();
  if (decimals > MAX_DECIMALS) {
    throw new DamagedBlockError('a column has too many decimals');
  }
  if (means.length < sum.length) {
    means = new Float64Array(sum.length);
  }
  const mean = means.subarray(0, sum.length);
  for (const values of [mean, sum, min, max]) {
    readIntegers(reader, reader.sizedEnd(), values);
  }
  for (let index = 0; index < mean.length; index++) {
    const units = mean[index] as number;
    sum[index] = units * (count[index] as number) + (sum[index] as number);
    min[index] = units - (min[index] as number);
    max[index] = units + (max[index] as number);
  }
  if (decimals > 0) {
    for (const values of [sum, min, max]) {
      divide(values, unitsPerOne(decimals));
    }
  }
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

function writeSized(bytes: Uint8Array): void {
  writer.varint(bytes.length);
  writer.raw(bytes);
}
