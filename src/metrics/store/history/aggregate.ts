/** Raw samples to minutes, and minutes to hours. */
import type { BucketColumn } from '../columns/bucket-column.js';
import { DecimalSum, type PackedBucket, RowWriter, writeBucket } from '../columns/packed-row.js';
import { columnId, MACHINE } from './column-id.js';
import type { Segment } from './segment.js';

const { floor } = Math;

/** One bucket of one column while it grows. */
class GrowingBucket {
  private readonly total = new DecimalSum();
  private count = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  add(sum: number, count: number, min: number, max: number): void {
    this.total.add(sum);
    this.count += count;
    if (min < this.min) {
      this.min = min;
    }
    if (max > this.max) {
      this.max = max;
    }
  }

  finish(): PackedBucket {
    return { sum: this.total.value, count: this.count, min: this.min, max: this.max };
  }
}

/** Buckets of one machine by their start; each has its columns by columnKey. */
export type MachineBuckets = Map<number, Map<number, PackedBucket>>;

/** Adds one value of a column to a bucket, which begins with the first value; returns the bucket. */
type AddValue<column> = (
  column: column,
  index: number,
  bucket: GrowingBucket | undefined,
) => GrowingBucket | undefined;

const addNumber: AddValue<Float64Array> = (column, index, bucket) => {
  const value = column[index] as number;
  if (Number.isNaN(value)) {
    return bucket;
  }
  const grown = bucket ?? new GrowingBucket();
  grown.add(value, 1, value, value);
  return grown;
};

const addBucket: AddValue<BucketColumn> = ({ sum, count, min, max }, index, bucket) => {
  const number = count[index] as number;
  if (number === 0) {
    return bucket;
  }
  const grown = bucket ?? new GrowingBucket();
  grown.add(sum[index] as number, number, min[index] as number, max[index] as number);
  return grown;
};

/** Buckets of `widthMs` out of raw samples; those without samples are absent. */
export function bucketsOfSamples(
  segments: readonly Segment<Float64Array>[],
  from: number,
  to: number,
  widthMs: number,
): MachineBuckets {
  return bucketsOf(segments, from, to, widthMs, addNumber);
}

/** Buckets of `widthMs` out of narrower ones. */
export function bucketsOfBuckets(
  segments: readonly Segment<BucketColumn>[],
  from: number,
  to: number,
  widthMs: number,
): MachineBuckets {
  return bucketsOf(segments, from, to, widthMs, addBucket);
}

function bucketsOf<column>(
  segments: readonly Segment<column>[],
  from: number,
  to: number,
  widthMs: number,
  add: AddValue<column>,
): MachineBuckets {
  const growing = new Map<number, Map<number, GrowingBucket>>();
  for (const { times, columns } of segments) {
    const { starts, places } = placesOf(times, from, to, widthMs);
    const buckets = starts.map((start) => {
      const known = growing.get(start) ?? new Map<number, GrowingBucket>();
      growing.set(start, known);
      return known;
    });
    for (const [key, column] of columns) {
      const cells = buckets.map((bucket) => bucket.get(key));
      for (let index = 0; index < places.length; index++) {
        const place = places[index] as number;
        if (place >= 0) {
          cells[place] = add(column, index, cells[place]);
        }
      }
      for (const [place, cell] of cells.entries()) {
        if (cell !== undefined) {
          buckets[place]?.set(key, cell);
        }
      }
    }
  }
  const finished: MachineBuckets = new Map();
  for (const start of [...growing.keys()].sort((one, other) => one - other)) {
    const columns = growing.get(start) ?? new Map<number, GrowingBucket>();
    finished.set(start, new Map([...columns].map(([key, bucket]) => [key, bucket.finish()])));
  }
  return finished;
}

/** The starts of the buckets that the times fall into, and for each time which one; -1 for none. */
function placesOf(
  times: Float64Array,
  from: number,
  to: number,
  widthMs: number,
): { starts: number[]; places: Int32Array } {
  const starts: number[] = [];
  const known = new Map<number, number>();
  const places = new Int32Array(times.length).fill(-1);
  for (let index = 0; index < times.length; index++) {
    const time = times[index] as number;
    if (time >= from && time < to) {
      const start = floor(time / widthMs) * widthMs;
      let place = known.get(start);
      if (place === undefined) {
        place = starts.push(start) - 1;
        known.set(start, place);
      }
      places[index] = place;
    }
  }
  return { starts, places };
}

const rows = new RowWriter(writeBucket);

/** Columns of one bucket as a row of the head. */
export function packBucket(columns: ReadonlyMap<number, PackedBucket>): Buffer {
  const keys = [...columns.keys()].sort((one, other) => one - other);
  const devices = new Set(keys.map((key) => columnId(key).device));
  devices.delete(MACHINE);
  rows.begin('');
  let last = MACHINE;
  let hasDevices = false;
  for (const key of keys) {
    const { device, metric } = columnId(key);
    if (device !== last) {
      if (!hasDevices) {
        rows.devices(devices.size);
        hasDevices = true;
      }
      rows.device(device);
      last = device;
    }
    rows.field(metric, columns.get(key) as PackedBucket);
  }
  if (!hasDevices) {
    rows.devices(0);
  }
  return rows.finish();
}
