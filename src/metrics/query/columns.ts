/** Buckets to columns: one time axis, `null` where nothing was received. */
import type { Columns, Tier } from '../../contracts/index.js';
import { emptyBuckets } from '../store/columns/bucket-column.js';
import type { SeriesBuckets } from '../store/metrics-store.js';
import type { Resolution } from './resolution.js';

type SeriesColumns<name extends string> = Omit<Columns<name>, 'timestamp'>;

/** Every step of the range, epoch milliseconds. */
export function timeAxis({ from, to, stepMs }: Resolution): number[] {
  const steps = Math.max(0, Math.round((to - from) / stepMs));
  return Array.from({ length: steps }, (_, index) => from + index * stepMs);
}

/** Columns of a series on the axis; `_min` and `_max` with rolled-up tiers. */
export function columnsOf<name extends string>(
  series: SeriesBuckets | undefined,
  metrics: readonly name[],
  resolution: Resolution,
): SeriesColumns<name> {
  const steps = timeAxis(resolution).length;
  const columns: { [column: string]: (number | null)[] } = {};
  for (const [index, metric] of metrics.entries()) {
    const { sum, count, min, max } = series?.columns[index] ?? emptyBuckets(steps);
    const means = sum.map((value, step) => value / (count[step] as number));
    columns[metric] = known(means, count);
    if (hasExtremes(resolution.tier)) {
      columns[`${metric}_min`] = known(min, count);
      columns[`${metric}_max`] = known(max, count);
    }
  }
  return columns as SeriesColumns<name>;
}

/** Values for people, `null` where nothing was counted. */
function known(values: Float64Array, count: Float64Array): (number | null)[] {
  const column = new Array<number | null>(values.length).fill(null);
  for (let step = 0; step < values.length; step++) {
    if ((count[step] as number) > 0) {
      column[step] = round(values[step] as number);
    }
  }
  return column;
}

function hasExtremes(tier: Tier): boolean {
  return tier !== 'raw';
}

const POWERS = Array.from({ length: 18 }, (_, exponent) => 10 ** exponent);

/** Twelve significant digits: what summing in another order can change is not shown. */
function round(value: number): number {
  const size = Math.abs(value);
  // Where the power of ten is exact, this is the same as below, and many times as quick.
  if (size >= 1e-6 && size < 1e11) {
    const units = POWERS[11 - Math.floor(Math.log10(size))] as number;
    return Math.round(value * units) / units;
  }
  return Number(value.toPrecision(12));
}
