/** The time ranges of charts, and the resolution to ask for. Pure functions. */

/** A range that ends now and moves on, or a fixed one that was selected in a chart. */
export type TimeRange =
  | { kind: 'last'; id: string; label: string; durationMs: number }
  | { kind: 'fixed'; from: number; to: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The longest range that the server answers. */
const MAX_RANGE_MS = 3650 * DAY;

/** The ranges that have a button. */
export const RANGES = [
  { kind: 'last', id: '5m', label: 'Last 5 minutes', durationMs: 5 * MINUTE },
  { kind: 'last', id: '15m', label: 'Last 15 minutes', durationMs: 15 * MINUTE },
  { kind: 'last', id: '1h', label: 'Last hour', durationMs: HOUR },
  { kind: 'last', id: '6h', label: 'Last 6 hours', durationMs: 6 * HOUR },
  { kind: 'last', id: '24h', label: 'Last 24 hours', durationMs: DAY },
  { kind: 'last', id: '7d', label: 'Last 7 days', durationMs: 7 * DAY },
  { kind: 'last', id: '30d', label: 'Last 30 days', durationMs: 30 * DAY },
  { kind: 'last', id: '90d', label: 'Last 90 days', durationMs: 90 * DAY },
  { kind: 'last', id: '1y', label: 'Last year', durationMs: 365 * DAY },
  { kind: 'last', id: '2y', label: 'Last 2 years', durationMs: 730 * DAY },
] as const satisfies readonly TimeRange[];

/** The range that is shown unless the address names another one. */
export const DEFAULT_RANGE: TimeRange = RANGES[1];

const UNITS = [
  { id: 'y', name: 'year', ms: 365 * DAY },
  { id: 'd', name: 'day', ms: DAY },
  { id: 'h', name: 'hour', ms: HOUR },
  { id: 'm', name: 'minute', ms: MINUTE },
  { id: 's', name: 'second', ms: 1000 },
] as const;

/** A range of whole seconds that ends now; its id names the largest unit that divides it. */
export function lastOf(durationMs: number): TimeRange {
  const bounded = Math.min(MAX_RANGE_MS, Math.max(MIN_ZOOM_MS, durationMs));
  const rounded = Math.round(bounded / 1000) * 1000;
  const preset = RANGES.find((range) => range.durationMs === rounded);
  if (preset !== undefined) return preset;
  const unit = UNITS.find(({ ms }) => rounded % ms === 0) ?? UNITS[4];
  const count = rounded / unit.ms;
  const label = `Last ${count === 1 ? unit.name : `${count} ${unit.name}s`}`;
  return { kind: 'last', id: `${count}${unit.id}`, label, durationMs: rounded };
}

function lastFromId(id: string): TimeRange | null {
  const [, count, unit] = /^(\d{1,9})([smhdy])$/.exec(id) ?? [];
  const ms = UNITS.find((candidate) => candidate.id === unit)?.ms;
  return ms === undefined || Number(count) < 1 ? null : lastOf(Number(count) * ms);
}

/** Live samples are appended to ranges up to this length; longer ranges are fetched again. */
const LIVE_UP_TO_MS = HOUR;
const MAX_POINTS = 1_200;
const POINT_STEP = 100;
/** A range is fetched again when it has moved by this part of its length. */
const REFETCH_PARTS = 360;
const MIN_ZOOM_MS = 30_000;

/** True if live samples are appended to the range. */
export function isLive(range: TimeRange): boolean {
  return range.kind === 'last' && range.durationMs <= LIVE_UP_TO_MS;
}

/** The bounds of the range at the time `now`, in epoch milliseconds. */
export function boundsOf(range: TimeRange, now: number): { from: number; to: number } {
  if (range.kind === 'fixed') return { from: range.from, to: range.to };
  return { from: now - range.durationMs, to: now };
}

/**
 * The number of points to ask for: no more than a chart of `widthPx` pixels can show, in steps, so
 * that a slightly wider window asks for the same. A step shorter than the machine's interval would
 * look like gaps.
 */
export function pointsFor(durationMs: number, intervalSeconds: number, widthPx: number): number {
  const drawable = Math.min(MAX_POINTS, Math.ceil(widthPx / POINT_STEP) * POINT_STEP);
  const samples = Math.floor(durationMs / (Math.max(1, intervalSeconds) * 1000));
  return Math.min(Math.max(POINT_STEP, drawable), Math.max(10, samples));
}

/**
 * How often a range without live samples is fetched again, in milliseconds; `false` for a fixed
 * one.
 */
export function refetchEvery(range: TimeRange): number | false {
  if (range.kind === 'fixed' || isLive(range)) return false;
  return Math.max(MINUTE, range.durationMs / REFETCH_PARTS);
}

/** The range named by the page's address; the default if there is none or it is invalid. */
export function rangeFromAddress(parameters: URLSearchParams): TimeRange {
  const from = Number(parameters.get('from') ?? Number.NaN);
  const to = Number(parameters.get('to') ?? Number.NaN);
  if (from > 0 && to - from >= MIN_ZOOM_MS && to - from <= MAX_RANGE_MS) {
    return { kind: 'fixed', from, to };
  }
  return lastFromId(parameters.get('range') ?? '') ?? DEFAULT_RANGE;
}

/** The page's address for a range; the default is left out. */
export function addressOfRange(range: TimeRange): URLSearchParams {
  if (range.kind === 'fixed') {
    return new URLSearchParams({ from: String(range.from), to: String(range.to) });
  }
  return new URLSearchParams(range.id === '15m' ? {} : { range: range.id });
}

/** What identifies a range, for keys of queries. */
export function rangeKeyOf(range: TimeRange): string {
  return range.kind === 'last' ? range.id : `${range.from}-${range.to}`;
}

/** A range selected in a chart, widened around its middle if it is too short. */
export function zoomed(from: number, to: number): TimeRange {
  const missing = Math.max(0, MIN_ZOOM_MS - (to - from)) / 2;
  return { kind: 'fixed', from: Math.round(from - missing), to: Math.round(to + missing) };
}

/** The range of the same length that ends where this one begins. */
export function earlier(range: TimeRange, now: number): TimeRange {
  const { from, to } = boundsOf(range, now);
  return { kind: 'fixed', from: Math.round(from - (to - from)), to: Math.round(from) };
}

/**
 * The range of the same length that begins where this one ends; one that ends now, if that time has
 * nearly been reached. `null` for a range that ends now already.
 */
export function later(range: TimeRange, now: number): TimeRange | null {
  if (range.kind === 'last') return null;
  const duration = range.to - range.from;
  // Somebody who goes back and forth again should arrive at the live range where they were.
  const slack = Math.max(MINUTE, duration * 0.2);
  if (range.to + duration + slack >= now) return lastOf(duration);
  return { kind: 'fixed', from: range.to, to: range.to + duration };
}

/** A range twice as long around the same middle, but not beyond `now` or what the server answers. */
export function zoomedOut(range: TimeRange, now: number): TimeRange {
  if (range.kind === 'last') return lastOf(2 * range.durationMs);
  const duration = Math.min(MAX_RANGE_MS, 2 * (range.to - range.from));
  const end = Math.max(range.to, Math.min(now, (range.from + range.to + duration) / 2));
  return { kind: 'fixed', from: Math.round(end - duration), to: Math.round(end) };
}

/** The 15 minutes before a time and one minute after it, which shows what followed. */
export function before(time: number): TimeRange {
  return { kind: 'fixed', from: time - 15 * MINUTE, to: time + MINUTE };
}

/**
 * From 15 minutes before something began until 5 minutes after its end, or after its start while it
 * lasts.
 */
export function around(from: number, to: number | null): TimeRange {
  const end = (to ?? from) + 5 * MINUTE;
  return { kind: 'fixed', from: Math.round(from - 15 * MINUTE), to: Math.round(end) };
}
