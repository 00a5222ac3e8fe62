/** Ranges as people type them, in the reader's own time zone. Pure functions. */
import { lastOf, type TimeRange } from './ranges.js';

/** A range, or why the text is none. */
export type ParsedRange = { range: TimeRange; error?: never } | { range?: never; error: string };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** As long as the server answers. */
const MAX_MS = 3650 * DAY;
const MIN_MS = 30 * SECOND;

const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^s(ec(ond)?s?)?$/, SECOND],
  [/^m(in(ute)?s?)?$/, MINUTE],
  [/^h(ours?|rs?)?$/, HOUR],
  [/^d(ays?)?$/, DAY],
  [/^w(eeks?)?$/, 7 * DAY],
  [/^mo(nths?)?$/, 30 * DAY],
  [/^y(ears?)?$/, 365 * DAY],
];

const EXAMPLES = 'Try “last 3h”, “yesterday” or “2026-11-01 12:00 to 2026-11-02”.';

/**
 * `last 3h`, `today`, `yesterday`, a day, or two times with `to` between them. A time is a day, a
 * day with a time of day, a time of day, `now` or `3h ago`; a day as the end includes that day.
 */
export function parseRange(input: string, now: number): ParsedRange {
  const text = input.trim().toLowerCase();
  if (text === '') return { error: `Type a range. ${EXAMPLES}` };
  const duration = parseDuration(text.replace(/^(the )?(last|past)\s+/, ''));
  if (duration !== null) return checkedLast(duration);
  const parts = text.split(/\s+to\s+|\s+until\s+|\s+[-–—]\s+|\s*\.\.+\s*/);
  if (parts.length > 2) return { error: `A range has one start and one end. ${EXAMPLES}` };
  const [first = '', second] = parts;
  const start = parseMoment(first, now, null);
  if (typeof start === 'string') return { error: start };
  if (second === undefined && start.kind !== 'day') {
    return { error: `“${input.trim()}” has no end. Add one: “${input.trim()} to now”.` };
  }
  const end = second === undefined ? start : parseMoment(second, now, start.from);
  if (typeof end === 'string') return { error: end };
  return checkedFixed(start.from, end.to, now);
}

function checkedLast(duration: number): ParsedRange {
  if (duration < MIN_MS) return { error: 'The shortest range is 30 seconds.' };
  if (duration > MAX_MS) return { error: 'The longest range is 10 years.' };
  return { range: lastOf(duration) };
}

/** A range between two times, cut at `now`, or why there is none. */
export function checkedFixed(from: number, until: number, now: number): ParsedRange {
  const to = from < now ? Math.min(until, now) : until;
  if (Number.isNaN(from) || Number.isNaN(to)) return { error: 'Choose a start and an end.' };
  if (to <= from) return { error: 'The end must lie after the start.' };
  if (from >= now) return { error: 'The start lies in the future: nothing is known of it yet.' };
  if (to - from < MIN_MS) return { error: 'The shortest range is 30 seconds.' };
  if (to - from > MAX_MS) return { error: 'The longest range is 10 years.' };
  return { range: { kind: 'fixed', from, to } };
}

function parseDuration(text: string): number | null {
  const [, count = '1', unit = ''] = /^(\d+(?:\.\d+)?)?\s*([a-z]+)$/.exec(text) ?? [];
  const ms = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  return ms === undefined ? null : Number(count) * ms;
}

/** A time as start and as end: they differ for a day. */
interface Moment {
  kind: 'day' | 'time';
  from: number;
  to: number;
}

const moment = (time: number): Moment => ({ kind: 'time', from: time, to: time });

/** `after` is the start of the range, whose day a time of day without one belongs to. */
function parseMoment(text: string, now: number, after: number | null): Moment | string {
  if (text === 'now') return moment(now);
  if (text === 'today') return dayOf(new Date(now), 0);
  if (text === 'yesterday') return dayOf(new Date(now), -1);
  const [, ago] = /^(.+?)\s+ago$/.exec(text) ?? [];
  const duration = ago === undefined ? null : parseDuration(ago);
  if (duration !== null) return moment(now - duration);
  if (/^\d{4}-\d{2}-\d{2}t.*(z|[+-]\d{2}:?\d{2})$/.test(text)) return zoned(text);
  const match = /^(?:(\d{4})-(\d{1,2})-(\d{1,2}))?[t\s]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(
    text,
  );
  if (match === null || text === '') return `“${text}” is no time. ${EXAMPLES}`;
  return local(text, match, new Date(after ?? now));
}

function zoned(text: string): Moment | string {
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? `“${text}” is no time that exists.` : moment(time);
}

function local(text: string, match: RegExpExecArray, otherwise: Date): Moment | string {
  const [, year, month, day, hours, minutes, seconds = '0'] = match;
  const date =
    year === undefined
      ? new Date(otherwise.getFullYear(), otherwise.getMonth(), otherwise.getDate())
      : new Date(Number(year), Number(month) - 1, Number(day));
  if (
    year !== undefined &&
    (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day))
  ) {
    return `“${text}” is no day that exists.`;
  }
  if (hours === undefined) return dayOf(date, 0);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    return `“${text}” is no time that exists.`;
  }
  return moment(date.setHours(Number(hours), Number(minutes), Number(seconds)));
}

/** From midnight to midnight, which are 23 or 25 hours apart where clocks change. */
function dayOf(date: Date, offset: number): Moment {
  const start = (days: number) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  return { kind: 'day', from: start(offset), to: start(offset + 1) };
}
