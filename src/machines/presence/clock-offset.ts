/** How far a machine's clock is off, as far as its samples tell. Pure. */

/** The way of a sample to the server, and the rounding of clocks. */
const TOLERANCE_MS = 60_000;

/**
 * Seconds by which a machine's newest sample is stamped ahead of the time at which the machine last
 * pushed (both in epoch milliseconds), negative if it is behind; `null` while that may be no more than
 * the usual way of a sample. Agents send fresh samples first, so what stays behind is the clock.
 */
export function clockOffsetSeconds(
  latestAt: number | null,
  lastSeenAt: number | null,
  intervalSeconds: number,
): number | null {
  if (latestAt === null || lastSeenAt === null) {
    return null;
  }
  const offset = latestAt - lastSeenAt;
  return Math.abs(offset) <= TOLERANCE_MS + intervalSeconds * 1_000
    ? null
    : Math.round(offset / 1_000);
}
