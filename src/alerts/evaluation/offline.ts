/** The pseudo-metric `offline`: 0 while a machine reports, else the seconds of its silence. */
import type { AlertRuleDefinition, MachineStatus } from '../../contracts/index.js';
import type { Reading } from './series.js';

/** The part of a rule that says when planned absence counts. */
export type PlannedAbsence = Pick<
  AlertRuleDefinition,
  'stopped_after_seconds' | 'asleep_after_seconds'
>;

/**
 * From when on the silence of a machine counts for a rule; `null` if it does not. Times in epoch
 * milliseconds.
 */
export function absenceCountsFrom(
  rule: PlannedAbsence,
  status: MachineStatus,
  silentSince: number,
): number | null {
  switch (status) {
    case 'offline':
      return silentSince;
    case 'stopped':
      return later(silentSince, rule.stopped_after_seconds);
    case 'asleep':
      return later(silentSince, rule.asleep_after_seconds);
    default:
      return null;
  }
}

function later(time: number, seconds: number | null): number | null {
  return seconds === null ? null : time + seconds * 1_000;
}

/**
 * What is known at `now` of a machine that is silent since `silentSince`, which counts from
 * `countsFrom` on; all in epoch milliseconds. A rule's duration counts from there, too, but not from
 * before `watchedSince`, when this replica began to evaluate.
 */
export function offlineReadings(
  silentSince: number,
  countsFrom: number | null,
  watchedSince: number,
  now: number,
): Reading[] {
  if (countsFrom === null || now < countsFrom) {
    return [{ timestamp: Math.max(silentSince, now), value: 0 }];
  }
  const silence = (now - silentSince) / 1_000;
  return [
    { timestamp: countsFrom, value: 0 },
    { timestamp: Math.max(countsFrom + 1, watchedSince), value: silence },
    { timestamp: now, value: silence },
  ];
}
