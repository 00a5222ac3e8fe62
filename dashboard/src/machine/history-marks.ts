/** What a machine's history shows besides values: restarts, gaps and alerts. Pure functions. */
import { type Alert, formatDuration, subjectText } from '../../../src/contracts/index.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import type { Timeline } from '../shared/charts/timeline.js';
import { formatDateTime } from '../shared/format/time.js';

/** Uptime counts whole seconds, and clocks are set: a fall must be larger than this to be a restart. */
const UPTIME_SLACK_SECONDS = 5;

/** Restarts and gaps in epoch milliseconds, by time. */
export interface HistoryEvents {
  restarts: readonly number[];
  gaps: readonly { from: number; to: number }[];
}

/**
 * The times at which the machine started again, in epoch milliseconds: where its uptime, in averages
 * the lowest one of the step, falls. The next step tells the time exactly, as its start less its
 * uptime; without one it is that of the step itself.
 */
export function restartsOf({ timestamp, columns }: Timeline): number[] {
  const uptime = columns.uptime_min ?? columns.uptime ?? [];
  const known = timestamp.flatMap((time, index) => {
    const seconds = uptime[index];
    return seconds == null ? [] : { time, seconds };
  });
  return known.flatMap(({ time, seconds }, index) => {
    const previous = known[index - 1];
    if (previous === undefined || seconds >= previous.seconds - UPTIME_SLACK_SECONDS) return [];
    const next = known[index + 1];
    const teller = next !== undefined && next.seconds > seconds ? next : { time, seconds };
    return Math.max(previous.time, teller.time - teller.seconds * 1000);
  });
}

/** The spans between two rows with values that are further apart than `maxGapMs`. */
export function gapsOf({ timestamp, columns }: Timeline, maxGapMs: number) {
  const series = Object.values(columns).filter((column) => column !== undefined);
  const gaps: { from: number; to: number }[] = [];
  let last: number | undefined;
  timestamp.forEach((time, index) => {
    if (series.every((column) => column[index] == null)) return;
    if (last !== undefined && time - last > maxGapMs) gaps.push({ from: last, to: time });
    last = time;
  });
  return gaps;
}

/** Those of the given restarts and gaps that lie at least partly in a range. */
export function eventsIn(
  { restarts, gaps }: HistoryEvents,
  from: number,
  to: number,
): HistoryEvents {
  return {
    restarts: restarts.filter((time) => time >= from && time <= to),
    gaps: gaps.filter((gap) => gap.to > from && gap.from < to),
  };
}

/** The restarts and gaps of a timeline, as marks. */
export function historyMarks({ restarts, gaps }: HistoryEvents): ChartMark[] {
  const restartMarks = restarts.map((time): ChartMark => {
    return { kind: 'restart', from: time, to: time, label: `Restarted ${formatDateTime(time)}` };
  });
  const gapMarks = gaps.map(({ from, to }): ChartMark => {
    const length = formatDuration((to - from) / 1000);
    return { kind: 'gap', from, to, label: `Nothing received for ${length}` };
  });
  return [...gapMarks, ...restartMarks];
}

/** The first and the last time with a value; `null` if there is none. */
export function knownTimes({ timestamp, columns }: Timeline) {
  const series = Object.values(columns);
  const hasValue = (_: number, index: number) => series.some((column) => column?.[index] != null);
  const first = timestamp.find(hasValue);
  const last = timestamp.findLast(hasValue);
  return first === undefined || last === undefined ? null : { first, last };
}

/** A mark for an alert from when it fired; `null` for one that has not fired. */
export function alertMark(alert: Alert): ChartMark | null {
  if (alert.fired_at === null) return null;
  const to = alert.resolved_at === null ? null : Date.parse(alert.resolved_at);
  const lasted =
    alert.duration_seconds === null || to === null
      ? 'still firing'
      : formatDuration(alert.duration_seconds);
  return {
    kind: 'alert',
    severity: alert.severity,
    from: Date.parse(alert.fired_at),
    to,
    label: `${alert.rule_name}: ${subjectText(alert)}, ${lasted}`,
  };
}
