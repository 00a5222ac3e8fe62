/**
 * Codes lists of whole numbers that change little or noisily: differences by the predictor that suits
 * them, in Rice codes with a parameter for each group.
 * Source: R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 79-22 (1979).
 */
import { BitReader, BitWriter, DamagedBlockError, unzigzag, zigzag } from './bits.js';

const { clz32, floor, log2, max, min } = Math;

/** How a number is predicted from those before it. */
const PREDICTORS = { level: 0, previous: 1, line: 2 } as const;
type Predictor = (typeof PREDICTORS)[keyof typeof PREDICTORS];

/** Numbers that share a parameter. */
const GROUP = 128;
const PARAMETER_BITS = 6;
/** The parameter of a group whose differences are all zero. */
const ALL_ZERO = 63;
/** From so many ones on the number itself follows, in `NUMBER_BITS`. */
const MAX_ONES = 20;
const NUMBER_BITS = 53;
const MAX_PARAMETER = 52;
const LENGTH_BITS = 6;

/** How many numbers of a group have each length in bits. */
const LENGTHS = new Uint16Array(NUMBER_BITS + 1);

/** Largest absolute value: differences of differences still fit 53 bits. */
export const MAX_INTEGER = 2 ** 49;

/** The bytes for whole numbers of at most MAX_INTEGER; their count is to be kept elsewhere. */
export function encodeIntegers(values: Float64Array): Uint8Array {
  const predictor = bestPredictor(values);
  const writer = new BitWriter();
  writer.write(predictor, 2);
  const group = new Float64Array(GROUP);
  for (let start = 0; start < values.length; start += GROUP) {
    const count = min(GROUP, values.length - start);
    if (predictor === PREDICTORS.level) {
      writeLevel(writer, values, start, count, group);
    } else {
      for (let index = 0; index < count; index++) {
        group[index] = zigzag(difference(values, start + index, predictor));
      }
    }
    writeGroup(writer, group, count);
  }
  return writer.finish();
}

/** Reads `count` numbers from `offset` on. Throws `DamagedBlockError`. */
export function decodeIntegers(bytes: Uint8Array, offset: number, count: number): Float64Array {
  const reader = new BitReader(bytes, offset);
  const predictor = reader.read(2);
  if (predictor > PREDICTORS.line) {
    throw new DamagedBlockError('the predictor is unknown');
  }
  const values = new Float64Array(count);
  for (let start = 0; start < count; start += GROUP) {
    const end = min(count, start + GROUP);
    const level = predictor === PREDICTORS.level ? readLevel(reader) : 0;
    readGroup(reader, values, start, end);
    restore(values, start, end, predictor as Predictor, level);
  }
  return values;
}

/** The predictor whose differences take the fewest bits, by their logarithms. */
function bestPredictor(values: Float64Array): Predictor {
  let low = Number.POSITIVE_INFINITY;
  for (const value of values) {
    low = min(low, value);
  }
  let level = 0;
  let previous = 0;
  let line = 0;
  for (let index = 0; index < values.length; index++) {
    level += log2(1 + (values[index] as number) - low);
    previous += log2(1 + zigzag(difference(values, index, PREDICTORS.previous)));
    line += log2(1 + zigzag(difference(values, index, PREDICTORS.line)));
  }
  if (level <= previous && level <= line) {
    return PREDICTORS.level;
  }
  return previous <= line ? PREDICTORS.previous : PREDICTORS.line;
}

function difference(values: Float64Array, index: number, predictor: Predictor): number {
  const value = values[index] as number;
  const before = index > 0 ? (values[index - 1] as number) : 0;
  if (predictor === PREDICTORS.previous || index < 2) {
    return value - before;
  }
  return value - 2 * before + (values[index - 2] as number);
}

/** Writes the least number of a group and fills `group` with the distances from it. */
function writeLevel(
  writer: BitWriter,
  values: Float64Array,
  start: number,
  count: number,
  group: Float64Array,
): void {
  let low = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    low = min(low, values[start + index] as number);
  }
  for (let index = 0; index < count; index++) {
    group[index] = (values[start + index] as number) - low;
  }
  const coded = zigzag(low);
  const length = bitLength(coded);
  writer.write(length, LENGTH_BITS);
  writer.write(coded, length);
}

function readLevel(reader: BitReader): number {
  const length = reader.read(LENGTH_BITS);
  if (length > NUMBER_BITS) {
    throw new DamagedBlockError('a number is too large');
  }
  return unzigzag(reader.read(length));
}

function writeGroup(writer: BitWriter, group: Float64Array, count: number): void {
  const parameter = bestParameter(group, count);
  writer.write(parameter, PARAMETER_BITS);
  if (parameter === ALL_ZERO) {
    return;
  }
  const divisor = 2 ** parameter;
  for (let index = 0; index < count; index++) {
    const value = group[index] as number;
    const ones = floor(value / divisor);
    if (ones < MAX_ONES) {
      writer.write(2 ** (ones + 1) - 2, ones + 1);
      writer.write(value - ones * divisor, parameter);
    } else {
      writer.write(2 ** MAX_ONES - 1, MAX_ONES);
      writer.write(value, NUMBER_BITS);
    }
  }
}

function readGroup(reader: BitReader, values: Float64Array, start: number, end: number): void {
  const parameter = reader.read(PARAMETER_BITS);
  if (parameter === ALL_ZERO) {
    return;
  }
  if (parameter > MAX_PARAMETER) {
    throw new DamagedBlockError('the parameter of a group is unknown');
  }
  const divisor = 2 ** parameter;
  for (let index = start; index < end; index++) {
    const ones = reader.readOnes(MAX_ONES);
    values[index] =
      ones === MAX_ONES ? reader.read(NUMBER_BITS) : ones * divisor + reader.read(parameter);
  }
}

/** Turns differences into the numbers, in place. */
function restore(
  values: Float64Array,
  start: number,
  end: number,
  predictor: Predictor,
  level: number,
): void {
  for (let index = start; index < end; index++) {
    const coded = values[index] as number;
    if (predictor === PREDICTORS.level) {
      values[index] = coded + level;
      continue;
    }
    const before = index > 0 ? (values[index - 1] as number) : 0;
    const predicted =
      predictor === PREDICTORS.previous || index < 2
        ? before
        : 2 * before - (values[index - 2] as number);
    values[index] = unzigzag(coded) + predicted;
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

function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - clz32(value) : 64 - clz32(floor(value / 2 ** 32));
}
