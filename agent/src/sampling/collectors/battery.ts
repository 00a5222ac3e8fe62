/** Charge of batteries; the same on every system. */

/**
 * The capacity that a battery counts as full is an estimate. A new or freshly calibrated battery takes a
 * little more than that.
 */
const MOST_PERCENT = 110;

/** A charge in percent, at most 100; `null` if no battery can have it (255 stands for "unknown"). */
export function batteryCharge(percent: number): number | null {
  return percent >= 0 && percent <= MOST_PERCENT ? Math.min(100, percent) : null;
}
