/**
 * Rice codes: whole numbers in groups, each number as a count of ones and some low bits, whose number is
 * the parameter of the group.
 * Source: R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 79-22 (1979).
 */
import { BitReader, BitWriter, DamagedBlockError, unzigzag, WINDOW_BITS } from './bits.js';

const { clz32, floor, max, min } = Math;

/** Numbers that share a parameter. */
export const GROUP = 128;
/** Bits of the largest number. */
export const NUMBER_BITS = 53;

const PARAMETER_BITS = 6;
/** The parameter of a group of zeros. */
const ALL_ZERO = 63;
/** From so many ones on the number itself follows, in NUMBER_BITS. */
const MAX_ONES = 20;
const MAX_PARAMETER = 52;

/** How many numbers of a group have each length in bits. */
const LENGTHS = new Uint16Array(NUMBER_BITS + 1);

/** Writes groups. */
export class RiceWriter extends BitWriter {
  /** Appends the first `count` numbers of `group`, from 0 to 2^53 - 1. */
  group(group: Float64Array, count: number): void {
    const parameter = bestParameter(group, count);
    this.write(parameter, PARAMETER_BITS);
    if (parameter === ALL_ZERO) {
      return;
    }
    const divisor = 2 ** parameter;
    for (let index = 0; index < count; index++) {
      const value = group[index] as number;
      const ones = floor(value / divisor);
      if (ones < MAX_ONES) {
        this.write(2 ** (ones + 1) - 2, ones + 1);
        this.write(value - ones * divisor, parameter);
      } else {
        this.write(2 ** MAX_ONES - 1, MAX_ONES);
        this.write(value, NUMBER_BITS);
      }
    }
  }
}

/** Reads what a RiceWriter wrote. Throws `DamagedBlockError`. */
export class RiceReader extends BitReader {
  /** Reads a group into `values` from `start` to `end`; `signed`: it was written in zigzag. */
  group(values: Float64Array, start: number, end: number, signed: boolean): void {
    const parameter = this.read(PARAMETER_BITS);
    if (parameter === ALL_ZERO) {
      values.fill(0, start, end);
      return;
    }
    if (parameter > MAX_PARAMETER) {
      throw new DamagedBlockError('the parameter of a group is unknown');
    }
    // 1 if the lowest bit is the sign: what it takes to do without a branch for each number.
    const sign = signed ? 1 : 0;
    const mostOnes = min(MAX_ONES, WINDOW_BITS - parameter) - 1;
    let { at } = this;
    for (let index = start; index < end; index++) {
      const window = this.windowAt(at);
      const ones = clz32(~window);
      if (ones <= mostOnes) {
        // In two steps, because a shift by 32 is none.
        const low = ((window << (ones + 1)) >>> 1) >>> (31 - parameter);
        const value = (ones << parameter) | low;
        values[index] = (value >>> sign) ^ -(value & sign);
        at += ones + 1 + parameter;
      } else {
        this.moveTo(at);
        const value = this.longNumber(parameter);
        values[index] = signed ? unzigzag(value) : value;
        at = this.at;
      }
    }
    this.moveTo(at);
  }

  /** A number that does not fit the window. */
  private longNumber(parameter: number): number {
    const ones = min(MAX_ONES, clz32(~this.windowAt(this.at)));
    if (ones === MAX_ONES) {
      this.moveTo(this.at + MAX_ONES);
      return this.read(NUMBER_BITS);
    }
    this.moveTo(this.at + ones + 1);
    return ones * 2 ** parameter + this.read(parameter);
  }
}

/** The parameter by which a group takes the fewest bits: the best guess or a neighbour of it. */
function bestParameter(group: Float64Array, count: number): number {
  const guess = guessParameter(group, count);
  if (guess === ALL_ZERO) {
    return ALL_ZERO;
  }
  let best = guess;
  let least = Number.POSITIVE_INFINITY;
  for (let parameter = max(0, guess - 1); parameter <= guess + 1; parameter++) {
    const bits = bitsWith(parameter, group, count);
    if (bits < least) {
      least = bits;
      best = parameter;
    }
  }
  return min(best, MAX_PARAMETER);
}

/** By the lengths of the numbers alone, so that a few large ones do not decide for all. */
function guessParameter(group: Float64Array, count: number): number {
  LENGTHS.fill(0);
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const length = bitLength(group[index] as number);
    LENGTHS[length] = (LENGTHS[length] as number) + 1;
    longest = max(longest, length);
  }
  if (longest === 0) {
    return ALL_ZERO;
  }
  let guess = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let parameter = 0; parameter <= min(longest, MAX_PARAMETER - 1); parameter++) {
    let bits = 0;
    for (let length = 0; length <= longest; length++) {
      const ones = length <= parameter ? 0.5 : 0.75 * 2 ** (length - parameter);
      const each = ones < MAX_ONES ? 1 + ones + parameter : MAX_ONES + NUMBER_BITS;
      bits += (LENGTHS[length] as number) * each;
    }
    if (bits < least) {
      least = bits;
      guess = parameter;
    }
  }
  return guess;
}

function bitsWith(parameter: number, group: Float64Array, count: number): number {
  const divisor = 2 ** parameter;
  let bits = 0;
  for (let index = 0; index < count; index++) {
    const ones = floor((group[index] as number) / divisor);
    bits += ones < MAX_ONES ? ones + 1 + parameter : MAX_ONES + NUMBER_BITS;
  }
  return bits;
}

/** Bits that a whole number from 0 to 2^53 - 1 takes. */
export function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - clz32(value) : 64 - clz32(floor(value / 2 ** 32));
}
