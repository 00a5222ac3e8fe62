/** The time ranges of charts, and the resolution to ask for. Pure functions. */

/** A range that ends now and moves on, or a fixed one that was selected in a chart. */
export type TimeRange =
  | { kind: 'last'; id: string; label: string; durationMs: number }
  | { kind: 'fixed'; from: number; to: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The ranges that have a button. */
export const RANGES = [
  { kind: 'last', id: '15m', label: '15 min', durationMs: 15 * MINUTE },
  { kind: 'last', id: '1h', label: '1 h', durationMs: HOUR },
  { kind: 'last', id: '24h', label: '24 h', durationMs: DAY },
  { kind: 'last', id: '7d', label: '7 d', durationMs: 7 * DAY },
  { kind: 'last', id: '30d', label: '30 d', durationMs: 30 * DAY },
] as const satisfies readonly TimeRange[];

/** Live samples are appended to ranges up to this length; longer ranges are fetched again. */
const LIVE_UP_TO_MS = HOUR;
const MAX_POINTS = 360;
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
 * The number of points to ask for. A step shorter than the machine's interval would look like gaps.
 */
export function pointsFor(durationMs: number, intervalSeconds: number): number {
  const samples = Math.floor(durationMs / (Math.max(1, intervalSeconds) * 1000));
  return Math.min(MAX_POINTS, Math.max(10, samples));
}

/**
 * How often a range without live samples is fetched again, in milliseconds; `false` for a fixed
 * one.
 */
export function refetchEvery(range: TimeRange): number | false {
  if (range.kind === 'fixed' || isLive(range)) return false;
  return Math.max(MINUTE, range.durationMs / MAX_POINTS);
}

/** The range named by the page's address; 15 minutes if there is none or it is invalid. */
export function rangeFromAddress(parameters: URLSearchParams): TimeRange {
  const from = Number(parameters.get('from') ?? Number.NaN);
  const to = Number(parameters.get('to') ?? Number.NaN);
  if (from > 0 && to - from >= MIN_ZOOM_MS) return { kind: 'fixed', from, to };
  return RANGES.find(({ id }) => id === parameters.get('range')) ?? RANGES[0];
}

/** The page's address for a range; the default is left out. */
export function addressOfRange(range: TimeRange): URLSearchParams {
  if (range.kind === 'fixed') {
    return new URLSearchParams({ from: String(range.from), to: String(range.to) });
  }
  return new URLSearchParams(range.id === RANGES[0].id ? {} : { range: range.id });
}

/** A range selected in a chart, widened around its middle if it is too short. */
export function zoomed(from: number, to: number): TimeRange {
  const missing = Math.max(0, MIN_ZOOM_MS - (to - from)) / 2;
  return { kind: 'fixed', from: Math.round(from - missing), to: Math.round(to + missing) };
}

/** The 15 minutes before a time and one minute after it, which shows what followed. */
export function before(time: number): TimeRange {
  return { kind: 'fixed', from: time - RANGES[0].durationMs, to: time + MINUTE };
}

/**
 * From 15 minutes before something began until 5 minutes after its end, or after its start while it
 * lasts.
 */
export function around(from: number, to: number | null): TimeRange {
  const end = (to ?? from) + 5 * MINUTE;
  return { kind: 'fixed', from: Math.round(from - 15 * MINUTE), to: Math.round(end) };
}
