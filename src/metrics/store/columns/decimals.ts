/** Doubles as whole numbers of a decimal unit, where that loses nothing. */
import type { AllocateDoubles } from './doubles.js';
import { MAX_INTEGER } from './integers.js';

const { abs, round } = Math;

/** Most decimals that are looked for: agents send two, other programs up to six or so. */
export const MAX_DECIMALS = 9;

const UNITS = Array.from({ length: MAX_DECIMALS + 1 }, (_, decimals) => 10 ** decimals);

/** How many units of 10^-decimals make one. */
export function unitsPerOne(decimals: number): number {
  return UNITS[decimals] ?? Number.NaN;
}

/**
 * The fewest decimals, `atLeast` or more, with which `value` is a whole number of units that divides
 * back to the very same double; `null` if there are none: values with more decimals, -0, NaN.
 */
export function decimalsOf(value: number, atLeast = 0): number | null {
  for (let decimals = atLeast; decimals <= MAX_DECIMALS; decimals++) {
    const units = UNITS[decimals] as number;
    const scaled = round(value * units);
    if (abs(scaled) > MAX_INTEGER) {
      return null;
    }
    if (scaled / units === value) {
      return scaled === 0 && Object.is(value, -0) ? null : decimals;
    }
  }
  return null;
}

/** The fewest decimals that serve all values; `null` if there are none. */
export function commonDecimals(values: Float64Array): number | null {
  let decimals = 0;
  for (const value of values) {
    const needed = decimalsOf(value, decimals);
    if (needed === null) {
      return null;
    }
    decimals = needed;
  }
  // Values before the first with so many decimals may be too large for their units.
  return haveDecimals(values, decimals) ? decimals : null;
}

/** True if every value is a whole number of units of 10^-decimals, at most MAX_INTEGER of them. */
export function haveDecimals(values: Float64Array, decimals: number): boolean {
  const units = UNITS[decimals] as number;
  return values.every((value) => {
    const scaled = round(value * units);
    return (
      abs(scaled) <= MAX_INTEGER &&
      scaled / units === value &&
      (scaled !== 0 || !Object.is(value, -0))
    );
  });
}

/** The values in units of 10^-decimals. */
export function toUnits(
  values: Float64Array,
  decimals: number,
  allocate: AllocateDoubles,
): Float64Array {
  const factor = UNITS[decimals] as number;
  const units = allocate(values.length);
  for (let index = 0; index < values.length; index++) {
    units[index] = round((values[index] as number) * factor);
  }
  return units;
}

/** Divides the values in place. */
export function divide(values: Float64Array, divisor: number): void {
  const { length } = values;
  for (let index = 0; index < length; index++) {
    values[index] = (values[index] as number) / divisor;
  }
}
