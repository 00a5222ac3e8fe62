/** Charge of batteries, the same on every system. */

/**
 * The full capacity of a battery is an estimate: a new or freshly calibrated battery may report
 * slightly more than 100 %.
 */
const MOST_PERCENT = 110;

/** A charge in percent, at most 100; `null` if the value is impossible (255 means "unknown"). */
export function batteryCharge(percent: number): number | null {
  return percent >= 0 && percent <= MOST_PERCENT ? Math.min(100, percent) : null;
}
