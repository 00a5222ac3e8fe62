/** Buckets out of the rows that both databases answer, and their merging across tiers. */
import type { Bucket, BucketValue } from './metrics-store.js';

/** Key, start, then sum, count, min, max a metric; `null` sums where nothing was counted. */
export type BucketRow = readonly (number | string | null)[];

/** Reads a row of bucketAggregates. */
export function bucketFromRow(row: BucketRow): Bucket {
  const values: (BucketValue | null)[] = [];
  for (let at = 2; at < row.length; at += 4) {
    const count = Number(row[at + 1]);
    values.push(
      count > 0
        ? { sum: Number(row[at]), count, min: Number(row[at + 2]), max: Number(row[at + 3]) }
        : null,
    );
  }
  return { key: Number(row[0]), start: Number(row[1]), values };
}

/** One list of buckets out of several, all ordered by key and start; equal ones are merged. */
export function mergeBuckets(lists: readonly Bucket[][]): Bucket[] {
  return lists.filter((list) => list.length > 0).reduce(mergeLists, []);
}

function mergeLists(some: Bucket[], others: Bucket[]): Bucket[] {
  if (some.length === 0) {
    return others;
  }
  const merged: Bucket[] = [];
  let at = 0;
  for (const bucket of some) {
    let other = others[at];
    while (other && compare(other, bucket) < 0) {
      merged.push(other);
      other = others[++at];
    }
    if (other && compare(other, bucket) === 0) {
      merged.push(mergeTwo(bucket, other));
      at++;
    } else {
      merged.push(bucket);
    }
  }
  return merged.concat(others.slice(at));
}

function compare(one: Bucket, other: Bucket): number {
  return one.key - other.key || one.start - other.start;
}

function mergeTwo(one: Bucket, other: Bucket): Bucket {
  const values = one.values.map((value, index) => mergeValues(value, other.values[index] ?? null));
  return { ...one, values };
}

function mergeValues(one: BucketValue | null, other: BucketValue | null): BucketValue | null {
  if (!one || !other) {
    return one ?? other;
  }
  return {
    sum: one.sum + other.sum,
    count: one.count + other.count,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
  };
}
