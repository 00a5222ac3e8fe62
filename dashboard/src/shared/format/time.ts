/** Formats times. */
import { UNKNOWN } from '../../../../src/contracts/index.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago a time (ISO 8601) was, in its largest unit: `now`, `12s ago`, `3d ago`, `never`. */
export function formatAgo(time: string | null, nowMs: number): string {
  if (time === null) return 'never';
  const seconds = Math.floor((nowMs - Date.parse(time)) / 1000);
  if (!Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 10) return 'now';
  if (seconds < MINUTE) return `${seconds}s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h ago`;
  return `${Math.floor(seconds / DAY)}d ago`;
}

const DATE_TIME: Intl.DateTimeFormatOptions = {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
};

/** In the language of the browser; undefined for the POSIX locale, which `Intl` does not accept. */
function dateTimeFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(undefined, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-GB', options);
  }
}

const dateTime = dateTimeFormat(DATE_TIME);
const day = dateTimeFormat({ dateStyle: 'medium' });
const dayTime = dateTimeFormat({
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** A time (ISO 8601 or epoch milliseconds) in the reader's own time zone. */
export function formatDateTime(time: string | number | null): string {
  return time === null ? UNKNOWN : dateTime.format(new Date(time));
}

/** The day of a time (ISO 8601) in the reader's own time zone. */
export function formatDate(time: string): string {
  return day.format(new Date(time));
}

/** Day and time of day (of ISO 8601 or epoch milliseconds), short, in the reader's own time zone. */
export function formatDayTime(time: string | number): string {
  return dayTime.format(new Date(time));
}

const DAY_AND_TIME: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};
const range = dateTimeFormat(DAY_AND_TIME);
const rangeWithSeconds = dateTimeFormat({ ...DAY_AND_TIME, second: '2-digit' });
const SHORT_RANGE_MS = 10 * MINUTE * 1000;

/** A range of epoch milliseconds, without what both ends share; with seconds where it is short. */
export function formatTimeRange(from: number, to: number): string {
  return (to - from < SHORT_RANGE_MS ? rangeWithSeconds : range).formatRange(from, to);
}

const timeOfDay = dateTimeFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayOfMonth = dateTimeFormat({ month: 'short', day: 'numeric' });
const MOST_TIMES_OF_DAY_MS = 3 * DAY * 1000;

/** A time on an axis of `durationMs`: its time of day, or its day on a long one. */
export function formatTick(time: number, durationMs: number): string {
  return (durationMs > MOST_TIMES_OF_DAY_MS ? dayOfMonth : timeOfDay).format(time);
}

/** The time of day of epoch milliseconds, in the reader's own time zone: `14:05`. */
export function formatClock(time: number): string {
  return timeOfDay.format(time);
}

/** A step or a range of seconds in one unit where it divides evenly: `5 s`, `1 min`, `2 h`. */
export function formatStep(seconds: number): string {
  if (seconds >= DAY && seconds % DAY === 0) return `${seconds / DAY} d`;
  if (seconds >= HOUR && seconds % HOUR === 0) return `${seconds / HOUR} h`;
  if (seconds >= MINUTE && seconds % MINUTE === 0) return `${seconds / MINUTE} min`;
  return `${seconds} s`;
}
