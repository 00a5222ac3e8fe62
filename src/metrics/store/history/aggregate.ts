/** Raw samples to minutes, minutes to hours, and both to the steps of a chart. */
import { type BucketColumn, emptyBuckets } from '../columns/bucket-column.js';
import { DoublesArena } from '../columns/doubles.js';
import { DecimalSum, type PackedBucket, RowWriter, writeBucket } from '../columns/packed-row.js';
import type { SeriesBuckets } from '../metrics-store.js';
import { columnId, columnKey, MACHINE } from './column-id.js';
import type { Segment } from './segment.js';

const { ceil, floor } = Math;

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

/** The grid of a chart: `from` inclusive, `to` exclusive, epoch milliseconds. */
export interface Grid {
  from: number;
  to: number;
  stepMs: number;
}

/** Steps of a chart for one machine, filled from segments of any tier. */
export class ChartSteps {
  private readonly steps: number;
  /** Steps that have any sample of the machine. */
  private readonly present: Uint8Array;
  private readonly columns = new Map<number, BucketColumn>();

  constructor(
    private readonly grid: Grid,
    /** By columnKey. */
    wanted: readonly number[],
  ) {
    this.steps = ceil((grid.to - grid.from) / grid.stepMs);
    this.present = new Uint8Array(this.steps);
    const { allocate } = new DoublesArena(4 * this.steps * wanted.length);
    const part = (value: number) => allocate(this.steps).fill(value);
    for (const key of wanted) {
      this.columns.set(key, {
        sum: part(0),
        count: part(0),
        min: part(Number.POSITIVE_INFINITY),
        max: part(Number.NEGATIVE_INFINITY),
      });
    }
  }

  /** Adds raw samples of `[from, to)`. */
  addSamples(segments: readonly Segment<Float64Array>[], from: number, to: number): void {
    this.add(segments, from, to, addSamplesTo);
  }

  /** Adds buckets with a start in `[from, to)`. */
  addBuckets(segments: readonly Segment<BucketColumn>[], from: number, to: number): void {
    this.add(segments, from, to, addBucketsTo);
  }

  /** Buckets of the machine itself. */
  ofMachine(machine: number, metrics: readonly number[]): SeriesBuckets {
    const columns = this.columnsOf(MACHINE, metrics);
    return { key: machine, present: this.present, columns };
  }

  /** Buckets of a device. */
  ofDevice(device: number, metrics: readonly number[]): SeriesBuckets {
    const columns = this.columnsOf(device, metrics);
    const present = this.present.map((_, step) =>
      Number(columns.some(({ count }) => (count[step] as number) > 0)),
    );
    return { key: device, present, columns };
  }

  private columnsOf(device: number, metrics: readonly number[]): BucketColumn[] {
    return metrics.map(
      (metric) => this.columns.get(columnKey({ device, metric })) ?? emptyBuckets(this.steps),
    );
  }

  private add<column>(
    segments: readonly Segment<column>[],
    from: number,
    to: number,
    addTo: (sums: BucketColumn, column: column, runs: Int32Array) => void,
  ): void {
    for (const segment of segments) {
      const runs = this.runsOf(segment.times, from, to);
      for (const [key, sums] of this.columns) {
        const column = segment.columns.get(key);
        if (column !== undefined) {
          addTo(sums, column, runs);
        }
      }
    }
  }

  /**
   * Neighbouring times in `[from, to)` of the same step: the step, the index of the first and that behind the
   * last one, by turns. Notes which steps have samples.
   */
  private runsOf(times: Float64Array, from: number, to: number): Int32Array {
    const { from: origin, stepMs } = this.grid;
    const runs = new Int32Array(3 * times.length);
    let length = 0;
    let last = -1;
    for (let index = 0; index < times.length; index++) {
      const time = times[index] as number;
      const step = time >= from && time < to ? floor((time - origin) / stepMs) : -1;
      if (step !== last && step >= 0) {
        runs[length] = step;
        runs[length + 1] = index;
        length += 3;
        this.present[step] = 1;
      }
      if (step >= 0) {
        runs[length - 1] = index + 1;
      }
      last = step;
    }
    return runs.subarray(0, length);
  }
}

function addSamplesTo(sums: BucketColumn, column: Float64Array, runs: Int32Array): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run + 2] as number;
    let sum = 0;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let index = runs[run + 1] as number; index < end; index++) {
      const value = column[index] as number;
      if (!Number.isNaN(value)) {
        sum += value;
        count++;
        if (value < min) {
          min = value;
        }
        if (value > max) {
          max = value;
        }
      }
    }
    addToStep(sums, runs[run] as number, sum, count, min, max);
  }
}

function addBucketsTo(sums: BucketColumn, column: BucketColumn, runs: Int32Array): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run + 2] as number;
    let sum = 0;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let index = runs[run + 1] as number; index < end; index++) {
      const number = column.count[index] as number;
      if (number > 0) {
        sum += column.sum[index] as number;
        count += number;
        const least = column.min[index] as number;
        const greatest = column.max[index] as number;
        if (least < min) {
          min = least;
        }
        if (greatest > max) {
          max = greatest;
        }
      }
    }
    addToStep(sums, runs[run] as number, sum, count, min, max);
  }
}

function addToStep(
  sums: BucketColumn,
  step: number,
  sum: number,
  count: number,
  min: number,
  max: number,
): void {
  sums.sum[step] = (sums.sum[step] as number) + sum;
  sums.count[step] = (sums.count[step] as number) + count;
  if (min < (sums.min[step] as number)) {
    sums.min[step] = min;
  }
  if (max > (sums.max[step] as number)) {
    sums.max[step] = max;
  }
}
