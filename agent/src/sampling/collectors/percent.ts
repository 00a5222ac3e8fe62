/** Percentages computed from two counters or clocks, which are never read at the same instant. */

/** How far two such readings may disagree, in percentage points. */
const ROUNDING = 10;

/**
 * `value` as a percentage; `null` if it is outside 0 to 100 by more than rounding, which means that
 * one of the readings is wrong.
 */
export function boundedPercent(value: number): number | null {
  if (!(value >= -ROUNDING && value <= 100 + ROUNDING)) return null;
  return Math.min(100, Math.max(0, value));
}
