/** The pseudo-metric `offline`: 0 while a machine reports, else the seconds of its silence. */
import type { Reading } from './series.js';

/**
 * What is known at `now` of a machine that is silent since `silentSince`; all in epoch milliseconds. A
 * rule's duration counts from there, too, but not from before `watchedSince`, when this replica began to
 * evaluate.
 */
export function offlineReadings(
  silentSince: number,
  offline: boolean,
  watchedSince: number,
  now: number,
): Reading[] {
  if (!offline) {
    return [{ timestamp: Math.max(silentSince, now), value: 0 }];
  }
  const silence = (now - silentSince) / 1_000;
  return [
    { timestamp: silentSince, value: 0 },
    { timestamp: Math.max(silentSince + 1, watchedSince), value: silence },
    { timestamp: now, value: silence },
  ];
}
