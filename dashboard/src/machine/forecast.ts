/** When a filesystem will be full, if it goes on as in the past days. Pure functions. */

/** What the past days tell; `unknown` if they are too few or too restless. */
export type Forecast =
  | { kind: 'full'; inDays: number }
  | { kind: 'steady' }
  | { kind: 'shrinking' }
  | { kind: 'unknown' };

const DAY = 86_400_000;
/** Growth that takes longer than this to fill the filesystem is none worth a warning. */
const HORIZON_DAYS = 365;
const LEAST_SPAN_MS = DAY;
const LEAST_POINTS = 12;
/** Pairs of points that rise must outnumber those that fall by this share of all pairs. */
const LEAST_TREND = 0.3;
/** A change of the usage below this many percent in all the time is no change. */
const STEADY_PERCENT = 0.5;

/**
 * Forecasts from usage in percent of the size at sorted times in epoch milliseconds. The slope is the
 * median of the slopes between all pairs of points, which a few odd values do not move (Theil 1950;
 * Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", 1968), and Kendall's tau,
 * the share of rising pairs less that of falling ones, tells whether there is a trend at all.
 */
export function forecastFull(
  timestamp: readonly number[],
  usage: readonly (number | null)[],
): Forecast {
  const points = timestamp.flatMap((time, index) => {
    const percent = usage[index];
    return percent == null ? [] : { time, percent };
  });
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined || points.length < LEAST_POINTS) {
    return { kind: 'unknown' };
  }
  const span = last.time - first.time;
  if (span < LEAST_SPAN_MS) return { kind: 'unknown' };
  const slopes = slopesOf(points);
  const perMs = median(slopes);
  const tau =
    (slopes.filter((s) => s > 0).length - slopes.filter((s) => s < 0).length) / slopes.length;
  if (Math.abs(perMs * span) < STEADY_PERCENT) return { kind: 'steady' };
  if (Math.abs(tau) < LEAST_TREND) return { kind: 'unknown' };
  if (perMs < 0) return { kind: 'shrinking' };
  const inDays = Math.max(0, 100 - last.percent) / perMs / DAY;
  return inDays > HORIZON_DAYS ? { kind: 'steady' } : { kind: 'full', inDays };
}

function slopesOf(points: readonly { time: number; percent: number }[]): number[] {
  return points.flatMap((a, index) =>
    points.slice(index + 1).map((b) => (b.percent - a.percent) / (b.time - a.time)),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The forecast in words; empty where nothing can be told. */
export function forecastText(forecast: Forecast): string {
  switch (forecast.kind) {
    case 'full':
      return `full in ${durationText(forecast.inDays)} at this week's rate`;
    case 'steady':
      return 'not growing';
    case 'shrinking':
      return 'shrinking';
    case 'unknown':
      return '';
  }
}

function durationText(days: number): string {
  if (days < 1) return `${Math.max(1, Math.round(days * 24))} h`;
  const count = Math.round(days);
  return count === 1 ? '1 day' : `${count} days`;
}
