/** Replays a rule over one series with the core of the live evaluation. Pure. */
import type { Goodbye } from '../../machines/presence/goodbyes.store.js';
import { evaluate } from '../evaluation/evaluate.js';
import { absenceCountsFrom, type PlannedAbsence } from '../evaluation/offline.js';
import { type Condition, okState, type Reading } from '../evaluation/series.js';

/** Samples bear the clock of their machine, which may be a little ahead of the server's. */
const CLOCKS_APART_MS = 2_000;

/** One alert that would have fired; times in epoch milliseconds. */
export interface ReplayedAlert {
  firedAt: number;
  /** `null`: it lasted until the end. */
  resolvedAt: number | null;
  peak: number | null;
}

/** The alerts that `condition` would have made of `readings` until `to`. */
export function replay(
  condition: Condition,
  readings: readonly Reading[],
  to: number,
): ReplayedAlert[] {
  const { state, transitions } = evaluate(
    condition,
    okState(null),
    readings,
    to,
    Number.POSITIVE_INFINITY,
  );
  const alerts: ReplayedAlert[] = [];
  for (const transition of transitions) {
    if (transition.type === 'fired') {
      alerts.push({ firedAt: transition.at, resolvedAt: null, peak: transition.open.peak });
    } else if (transition.type === 'resolved') {
      const last = alerts.at(-1);
      if (last) {
        last.resolvedAt = transition.at;
        last.peak = transition.open.peak;
      }
    }
  }
  const last = alerts.at(-1);
  if (last && state.phase === 'firing') {
    last.peak = state.peak;
  }
  return alerts;
}

/**
 * Readings of `offline` out of the times at which a machine reported, until `to`. `countsFrom` answers from
 * when on a silence between two times counts; `null` if it does not.
 */
export function offlineHistory(
  times: readonly number[],
  silenceMs: number,
  to: number,
  countsFrom: (since: number, until: number) => number | null,
): Reading[] {
  const readings: Reading[] = [];
  for (const [index, timestamp] of times.entries()) {
    readings.push({ timestamp, value: 0 });
    const next = times[index + 1] ?? to;
    const from = countsFrom(timestamp, next) ?? Number.POSITIVE_INFINITY;
    for (let at = timestamp + silenceMs; at < next; at += silenceMs) {
      readings.push({ timestamp: at, value: at < from ? 0 : (at - timestamp) / 1_000 });
    }
  }
  return readings;
}

/**
 * Answers from when on the silence between two samples counts for a rule, by the last goodbye in it; `null`
 * if it does not.
 */
export function absenceAfter(rule: PlannedAbsence, goodbyes: readonly Goodbye[]) {
  return (since: number, until: number): number | null => {
    const last = goodbyes.findLast(({ at }) => at >= since - CLOCKS_APART_MS && at < until);
    if (!last) return absenceCountsFrom(rule, 'offline', since);
    return absenceCountsFrom(rule, last.reason === 'sleep' ? 'asleep' : 'stopped', since);
  };
}
