/** The pseudo-metric `offline`: 0 while a machine reports, else the seconds of its silence. */
import type { Reading } from './series.js';

/**
 * What is known at `now` of a machine that was last seen at `lastSeenAt`; all in epoch
 * milliseconds. The silence counts from the last sign of life, so that a rule's duration does too,
 * but not from before `watchedSince`: until then it may have been the server's own silence.
 */
export function offlineReadings(
  lastSeenAt: number,
  offline: boolean,
  watchedSince: number,
  now: number,
): Reading[] {
  if (!offline) {
    return [{ timestamp: Math.max(lastSeenAt, now), value: 0 }];
  }
  const silence = (now - lastSeenAt) / 1_000;
  return [
    { timestamp: lastSeenAt, value: 0 },
    { timestamp: Math.max(lastSeenAt + 1, watchedSince), value: silence },
    { timestamp: now, value: silence },
  ];
}
