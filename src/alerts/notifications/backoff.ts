/** When a delivery that failed is tried again. Pure. */

const FIRST_MS = 2_000;
const LONGEST_MS = 10 * 60_000;
/** A day after it was due a delivery is given up, but not before it had its chances. */
const GIVE_UP_MS = 24 * 3_600_000;
const MIN_ATTEMPTS = 10;

/**
 * Milliseconds until the next attempt after `attempts` that failed: doubling, at most ten minutes,
 * less up to half of it by `random` (0 to 1), and never less than the other side asked for.
 */
export function retryDelay(attempts: number, random: number, askedMs: number | null): number {
  const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.max(Math.round(delay * (1 - random / 2)), Math.min(askedMs ?? 0, LONGEST_MS));
}

/** True if a delivery of that age (milliseconds) is not tried again. */
export function isHopeless(attempts: number, ageMs: number): boolean {
  return ageMs >= GIVE_UP_MS && attempts >= MIN_ATTEMPTS;
}
