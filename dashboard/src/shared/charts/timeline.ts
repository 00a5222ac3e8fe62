/**
 * Data of charts: history from the server followed by live samples, with gaps where data is
 * missing. Pure functions.
 */
import type { StoredSample } from '../../../../src/contracts/index.js';

/** Values by column name. */
export type ChartColumns = { [column: string]: (number | null)[] | undefined };

/** Columns of equal length over a sorted time axis in epoch milliseconds. */
export interface Timeline {
  timestamp: number[];
  columns: ChartColumns;
}

/** A timeline without points. */
export const EMPTY_TIMELINE: Timeline = { timestamp: [], columns: {} };

/** Splits the `columns` of a response into the time axis and the values. */
export function timelineOf(columns: { timestamp: number[] } & ChartColumns): Timeline {
  const { timestamp, ...rest } = columns;
  return { timestamp, columns: rest };
}

/** The index of the first time at or after `from`; `timestamp.length` if there is none. */
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

/** A bounded list of live samples, oldest first; late and repeated samples are dropped. */
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
 * History followed by the live samples that are newer, starting at `from`. Columns that the samples
 * do not have are `null` there.
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
 * Drops rows without any value and inserts one such row wherever more than `maxGapMs` lies between
 * two rows. So a sample that is slightly late causes no gap, and missing data does, however the
 * rows are spaced. A missing value in a row with other values stays `null`.
 */
export function withGaps({ timestamp, columns }: Timeline, maxGapMs: number): Timeline {
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

/**
 * The rows from `from` on, and the one before them, from which a line leads into the range. None if
 * there is none from `from` on.
 */
export function startingAt({ timestamp, columns }: Timeline, from: number): Timeline {
  const first = indexFrom(timestamp, from);
  const start = first === timestamp.length ? first : Math.max(0, first - 1);
  return rowsOf({ timestamp, columns }, start, timestamp.length);
}

/** The rows from `from` until `to`, both included. */
export function between(timeline: Timeline, from: number, to: number): Timeline {
  const { timestamp } = timeline;
  const end = timestamp.findLastIndex((time) => time <= to) + 1;
  return rowsOf(timeline, indexFrom(timestamp, from), end);
}

function rowsOf({ timestamp, columns }: Timeline, start: number, end: number): Timeline {
  const kept: ChartColumns = {};
  for (const [name, column] of Object.entries(columns)) kept[name] = column?.slice(start, end);
  return { timestamp: timestamp.slice(start, end), columns: kept };
}

/** Indexes of values without a neighbour: no line leads to them, so they are drawn as dots. */
export function isolatedIndexes(values: ArrayLike<number | null | undefined>): number[] {
  const isolated: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) {
      isolated.push(index);
    }
  }
  return isolated;
}

/** True if the column has at least one value. */
export function hasValues(timeline: Timeline, column: string): boolean {
  return timeline.columns[column]?.some((value) => value !== null) ?? false;
}
