/** What raw samples and rolled-up buckets have in common, and what is particular to each. */
import type { RollupTier, Tier } from '../../../contracts/index.js';
import {
  type BucketColumn,
  decodeBuckets,
  emptyBuckets,
  encodeBuckets,
} from '../columns/bucket-column.js';
import { type AllocateDoubles, newDoubles } from '../columns/doubles.js';
import { decodeNumbers, encodeNumbers } from '../columns/number-column.js';
import {
  type PackedBucket,
  type ReadValue,
  readBucket,
  readNumber,
  type WriteValue,
  writeBucket,
  writeNumber,
} from '../columns/packed-row.js';

/** How the values of a tier are packed into rows and coded in columns. */
export interface ColumnCodec<column, value> {
  readonly tier: Tier;
  write: WriteValue<value>;
  read: ReadValue<value>;
  encode(column: column): Buffer;
  /** Throws `DamagedBlockError`. */
  decode(bytes: Buffer, count: number, allocate?: AllocateDoubles): column;
  /** A column without values. */
  empty(count: number, allocate?: AllocateDoubles): column;
  put(column: column, index: number, value: value): void;
  copy(source: column, from: number, target: column, to: number): void;
  /** Index of the last value; -1 if the column has none. */
  lastIndex(column: column): number;
}

/** Raw samples: numbers. */
export const RAW: ColumnCodec<Float64Array, number> = {
  tier: 'raw',
  write: writeNumber,
  read: readNumber,
  encode: encodeNumbers,
  decode: decodeNumbers,
  empty: (count, allocate = newDoubles) => allocate(count).fill(Number.NaN),
  put(column, index, value) {
    column[index] = value;
  },
  copy(source, from, target, to) {
    target[to] = source[from] as number;
  },
  lastIndex: (column) => column.findLastIndex((value) => !Number.isNaN(value)),
};

const BUCKETS: Omit<ColumnCodec<BucketColumn, PackedBucket>, 'tier'> = {
  write: writeBucket,
  read: readBucket,
  encode: encodeBuckets,
  decode: decodeBuckets,
  empty: emptyBuckets,
  put(column, index, { sum, count, min, max }) {
    column.sum[index] = sum;
    column.count[index] = count;
    column.min[index] = min;
    column.max[index] = max;
  },
  copy(source, from, target, to) {
    target.sum[to] = source.sum[from] as number;
    target.count[to] = source.count[from] as number;
    target.min[to] = source.min[from] as number;
    target.max[to] = source.max[from] as number;
  },
  lastIndex: ({ count }) => count.findLastIndex((value) => value > 0),
};

/** Minutes: buckets. */
export const MINUTES: ColumnCodec<BucketColumn, PackedBucket> = { ...BUCKETS, tier: '1m' };

/** Hours: buckets. */
export const HOURS: ColumnCodec<BucketColumn, PackedBucket> = { ...BUCKETS, tier: '1h' };

/** The codecs of rolled-up tiers. */
export const ROLLED_UP: Record<RollupTier, ColumnCodec<BucketColumn, PackedBucket>> = {
  '1m': MINUTES,
  '1h': HOURS,
};
