/** Buckets to columns: one time axis, `null` where nothing was received. */
import type { Columns, Tier } from '../../contracts/index.js';
import type { Bucket, BucketValue } from '../store/metrics-store.js';
import type { Resolution } from './resolution.js';

type SeriesColumns<name extends string> = Omit<Columns<name>, 'timestamp'>;

/** Every step of the range, epoch milliseconds. */
export function timeAxis({ from, to, stepMs }: Resolution): number[] {
  const steps = Math.max(0, Math.round((to - from) / stepMs));
  return Array.from({ length: steps }, (_, index) => from + index * stepMs);
}

/** Columns of one series' buckets on the axis; `_min` and `_max` with rolled-up tiers. */
export function columnsOf<name extends string>(
  buckets: readonly Bucket[],
  metrics: readonly name[],
  resolution: Resolution,
): SeriesColumns<name> {
  const steps = timeAxis(resolution).length;
  const columns: { [column: string]: (number | null)[] } = {};
  for (const [index, metric] of metrics.entries()) {
    const place = (pick: (value: BucketValue) => number) => {
      const column = new Array<number | null>(steps).fill(null);
      for (const { start, values } of buckets) {
        const value = values[index];
        const at = Math.round((start - resolution.from) / resolution.stepMs);
        if (value && at >= 0 && at < steps) {
          column[at] = round(pick(value));
        }
      }
      return column;
    };
    columns[metric] = place(({ sum, count }) => sum / count);
    if (hasExtremes(resolution.tier)) {
      columns[`${metric}_min`] = place(({ min }) => min);
      columns[`${metric}_max`] = place(({ max }) => max);
    }
  }
  return columns as SeriesColumns<name>;
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
