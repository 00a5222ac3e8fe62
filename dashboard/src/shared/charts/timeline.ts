/** Columns for charts: history from the server with live samples appended, and honest gaps. Pure. */
import type { StoredSample } from '../../../../src/contracts/index.js';

/** Values by column name. */
export type ChartColumns = { [column: string]: (number | null)[] | undefined };

/** Columns of one length over a sorted time axis in epoch milliseconds. */
export interface Timeline {
  timestamp: number[];
  columns: ChartColumns;
}

/** No points at all. */
export const EMPTY_TIMELINE: Timeline = { timestamp: [], columns: {} };

/** Splits an answer's `columns` into the time axis and the rest. */
export function timelineOf(columns: { timestamp: number[] } & ChartColumns): Timeline {
  const { timestamp, ...rest } = columns;
  return { timestamp, columns: rest };
}

/** The index of the first time that is `from` or later; `timestamp.length` if there is none. */
export function indexFrom(timestamp: readonly number[], from: number): number {
  let low = 0;
  let high = timestamp.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timestamp[middle] ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Live samples with the newest last, bounded in number; late and repeated ones are dropped. */
export function pushSample(
  samples: readonly StoredSample[],
  sample: StoredSample,
  limit: number,
): readonly StoredSample[] {
  const last = samples[samples.length - 1];
  if (last !== undefined && Date.parse(last.timestamp) >= Date.parse(sample.timestamp)) {
    return samples;
  }
  return [...samples, sample].slice(-limit);
}

/**
 * History followed by the live samples that are newer than it, from `from` on. A column that the
 * samples lack is `null` there.
 */
export function withLive(
  history: Timeline,
  samples: readonly StoredSample[],
  names: readonly (keyof StoredSample & string)[],
  from: number,
): Timeline {
  const end = history.timestamp[history.timestamp.length - 1] ?? Number.NEGATIVE_INFINITY;
  const fresh = samples
    .map((sample) => ({ time: Date.parse(sample.timestamp), sample }))
    .filter(({ time }) => time > end && time >= from);
  const start = indexFrom(history.timestamp, from);
  const columns: ChartColumns = {};
  for (const name of names) {
    const stored =
      history.columns[name]?.slice(start) ?? unknowns(history.timestamp.length - start);
    columns[name] = stored.concat(fresh.map(({ sample }) => numberOrNull(sample[name])));
  }
  return {
    timestamp: history.timestamp.slice(start).concat(fresh.map(({ time }) => time)),
    columns,
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function unknowns(length: number): null[] {
  return new Array<null>(length).fill(null);
}

/**
 * Rows without any value are dropped, and where then more than `maxGapMs` lies between two rows, one
 * such row stands between them. So a sample that came a moment late is no gap, and silence is one
 * however the rows were spaced. A value that is missing in a row with others stays `null`.
 */
export function withHonestGaps({ timestamp, columns }: Timeline, maxGapMs: number): Timeline {
  const names = Object.keys(columns);
  const rows: (number | null)[] = [];
  const times: number[] = [];
  timestamp.forEach((time, index) => {
    if (names.every((name) => columns[name]?.[index] == null)) return;
    const last = times[times.length - 1];
    if (last !== undefined && time - last > maxGapMs) {
      times.push(last + Math.round((time - last) / 2));
      rows.push(null);
    }
    times.push(time);
    rows.push(index);
  });
  const kept: ChartColumns = {};
  for (const name of names) {
    kept[name] = rows.map((index) => (index === null ? null : (columns[name]?.[index] ?? null)));
  }
  return { timestamp: times, columns: kept };
}

/** Indexes of values without a neighbour: no line leads to them, so they need a dot. */
export function lonelyIndexes(values: ArrayLike<number | null | undefined>): number[] {
  const lonely: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) {
      lonely.push(index);
    }
  }
  return lonely;
}

/** True if the column has a value anywhere. */
export function hasValues(timeline: Timeline, column: string): boolean {
  return timeline.columns[column]?.some((value) => value !== null) ?? false;
}
