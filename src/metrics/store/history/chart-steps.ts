/** Samples, minutes and hours to the steps of a chart. */
import { type BucketColumn, emptyBuckets } from '../columns/bucket-column.js';
import { DoublesArena } from '../columns/doubles.js';
import type { SeriesBuckets } from '../metrics-store.js';
import { columnKey, MACHINE } from './column-id.js';
import type { Segment } from './segment.js';

const { ceil, floor } = Math;

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
    this.add(segments, from, to, ofSamples);
  }

  /** Adds buckets with a start in `[from, to)`. */
  addBuckets(segments: readonly Segment<BucketColumn>[], from: number, to: number): void {
    this.add(segments, from, to, (column) => column);
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
    addendsOf: (column: column) => Addends,
  ): void {
    for (const segment of segments) {
      const runs = this.runsOf(segment.times, from, to);
      for (const [key, sums] of this.columns) {
        const column = segment.columns.get(key);
        if (column !== undefined) {
          addRuns(sums, addendsOf(column), runs);
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

/** Values with their extremes; `count` is `null` where each value that is not NaN counts once. */
type Addends = Omit<BucketColumn, 'count'> & { count: Float64Array | null };

function ofSamples(values: Float64Array): Addends {
  return { sum: values, count: null, min: values, max: values };
}

function addRuns(sums: BucketColumn, addends: Addends, runs: Int32Array): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run + 2] as number;
    let sum = 0;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let index = runs[run + 1] as number; index < end; index++) {
      const value = addends.sum[index] as number;
      const number =
        addends.count === null ? onePerNumber(value) : (addends.count[index] as number);
      if (number > 0) {
        sum += value;
        count += number;
        const least = addends.min[index] as number;
        const greatest = addends.max[index] as number;
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

function onePerNumber(value: number): number {
  return Number.isNaN(value) ? 0 : 1;
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
