/** When a rule's notifications wait. Local times are found through Intl, so clock changes are right. */
import { AppError } from '../../common/errors.js';
import type { QuietHours, QuietWindow, Weekday } from '../../contracts/index.js';

/** Days of the week in the order of the calendar. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Minutes after midnight of `HH:MM`, `null` if it is not a time of day; `24:00` is the day's end. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : null;
  return minutes !== null && Number(match?.[2]) < 60 && minutes <= DAY_MINUTES ? minutes : null;
}

/** True if this system knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    clockFormat(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/**
 * The end of the quiet time that holds at `now`, `null` if none does. Epoch milliseconds. None holds in a
 * time zone that this system does not know: it was written by one that did.
 */
export function quietUntil(quiet: QuietHours, now: number): number | null {
  if (!isTimeZone(quiet.time_zone)) {
    return null;
  }
  const spans = quiet.windows.flatMap(spansOf);
  const clock = localClock(quiet.time_zone);
  let until: number | null = null;
  // Windows may touch; a chain of them that never ends is cut after a week.
  for (let time = now; time - now < WEEK_MINUTES * MINUTE_MS; ) {
    const minute = clock(time);
    const left = Math.max(0, ...spans.map((span) => minutesLeft(span, minute)));
    if (left === 0) {
      return until;
    }
    time = endOf(clock, time, minute, left);
    until = time;
  }
  return until;
}

/** Start and length in minutes of the local week. */
interface Span {
  start: number;
  length: number;
}

function spansOf({ days, from, to }: QuietWindow): Span[] {
  const start = parseTimeOfDay(from);
  const end = parseTimeOfDay(to);
  if (start === null || end === null) {
    throw new AppError('invalid', 'alerts.invalid_rule', 'quiet_hours: from and to must be HH:MM');
  }
  const length = end > start ? end - start : end + DAY_MINUTES - start;
  return days.map((day) => ({ start: WEEKDAYS.indexOf(day) * DAY_MINUTES + start, length }));
}

function minutesLeft({ start, length }: Span, minute: number): number {
  const into = (minute - start + WEEK_MINUTES) % WEEK_MINUTES;
  return into < length ? length - into : 0;
}

/** The instant at which the local clock has gone on by `left` minutes, also across its changes. */
function endOf(clock: LocalClock, time: number, minute: number, left: number): number {
  const wanted = minute + left;
  let end = Math.floor(time / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
  // The clock was changed in between: go by what it shows. A time that it skips is its next one.
  const shown = clock(end);
  const off = (((wanted - shown) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
  if (off !== 0) {
    end += (off > WEEK_MINUTES / 2 ? off - WEEK_MINUTES : off) * MINUTE_MS;
  }
  return Math.max(end, Math.floor(time / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
}

/** Minute of the local week at an instant. */
type LocalClock = (time: number) => number;

/** Making a format takes longer than all else here; there are about 600 time zones. */
const MAX_FORMATS = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) {
    return known;
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  if (formats.size >= MAX_FORMATS) {
    formats.clear();
  }
  formats.set(timeZone, format);
  return format;
}

function localClock(timeZone: string): LocalClock {
  const format = clockFormat(timeZone);
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const day = WEEKDAYS.indexOf((parts.get('weekday') ?? '').toLowerCase() as Weekday);
    return day * DAY_MINUTES + Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  };
}
