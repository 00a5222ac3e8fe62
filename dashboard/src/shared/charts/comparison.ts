/** Comparing a range with an earlier one of the same length. Pure functions. */
import { QUERY_LIMITS } from '../../../../src/contracts/index.js';
import { type ChartColumns, indexFrom, type Timeline } from './timeline.js';

/** How far back the other range lies. */
export const COMPARISONS = {
  hour: { label: 'an hour before', shiftMs: 3_600_000 },
  day: { label: 'a day before', shiftMs: 86_400_000 },
  week: { label: 'a week before', shiftMs: 7 * 86_400_000 },
} as const;

/** One of the comparisons. */
export type Comparison = keyof typeof COMPARISONS;

/** True if `name` is one of the comparisons. */
export function isComparison(name: string | null): name is Comparison {
  return name !== null && Object.hasOwn(COMPARISONS, name);
}

/** The name of the column with the earlier values of a column. */
export function columnBefore(name: string): string {
  return `${name}_before`;
}

/**
 * What to fetch for a range that moves on: up to twice its length, as far as the server answers it,
 * and the same for as long as the range lies within. Its points are as dense as those asked for.
 */
export function aheadOf(query: { from: number; to: number; points: number }) {
  const duration = query.to - query.from;
  const ahead = Math.min(duration, QUERY_LIMITS.maxRangeMs - duration);
  const from = Math.floor(query.from / ahead) * ahead;
  const to = from + duration + ahead;
  return { from, to, points: Math.ceil((query.points * (to - from)) / duration) };
}

/**
 * `main` with a column of earlier values beside each of `names`: those of `past`, moved later by
 * `shiftMs`, at the nearest time within `toleranceMs`. Rows are added where only the past has
 * values, so that its lines go on where `main` has a gap or has not come to yet; `to` is the end.
 */
export function withComparison(
  main: Timeline,
  past: Timeline,
  names: readonly string[],
  {
    shiftMs,
    toleranceMs,
    from,
    to,
  }: { shiftMs: number; toleranceMs: number; from: number; to: number },
): Timeline {
  const pastTimes = past.timestamp.map((time) => time + shiftMs);
  const rows = mergedRows(main.timestamp, valuedTimes(main), pastTimes, toleranceMs).filter(
    ({ time, index }) => index !== null || (time >= from && time <= to),
  );
  const nearest = rows.map(({ time }) => nearestIndex(pastTimes, time, toleranceMs));
  const columns: ChartColumns = {};
  for (const [name, column] of Object.entries(main.columns)) {
    columns[name] = rows.map(({ index }) => (index === null ? null : (column?.[index] ?? null)));
  }
  for (const name of names) {
    const column = past.columns[name];
    if (column === undefined) continue;
    columns[columnBefore(name)] = nearest.map((at) => (at === null ? null : (column[at] ?? null)));
  }
  return { timestamp: rows.map(({ time }) => time), columns };
}

function valuedTimes({ timestamp, columns }: Timeline): number[] {
  const series = Object.values(columns);
  return timestamp.filter((_, index) => series.some((column) => column?.[index] != null));
}

/** The rows of `main`, and those of the past that lie further than the tolerance from any value. */
function mergedRows(
  main: readonly number[],
  valued: readonly number[],
  past: readonly number[],
  toleranceMs: number,
): { time: number; index: number | null }[] {
  const rows: { time: number; index: number | null }[] = main.map((time, index) => ({
    time,
    index,
  }));
  for (const time of past) {
    if (nearestIndex(valued, time, toleranceMs) === null) rows.push({ time, index: null });
  }
  return rows.sort((a, b) => a.time - b.time);
}

/** The index of the time nearest to `time` in a sorted list, if it is within the tolerance. */
function nearestIndex(times: readonly number[], time: number, toleranceMs: number): number | null {
  const after = indexFrom(times, time);
  const distance = (index: number) => Math.abs((times[index] ?? Number.POSITIVE_INFINITY) - time);
  const index = distance(after - 1) <= distance(after) ? after - 1 : after;
  return distance(index) <= toleranceMs ? index : null;
}
