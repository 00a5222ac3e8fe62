/**
 * Codes lists of whole numbers that change little or noisily: differences by the predictor that suits
 * them, in Rice codes.
 */
import { type ByteReader, DamagedBlockError, unzigzag, zigzag } from './bits.js';
import { bitLength, GROUP, NUMBER_BITS, RiceReader, RiceWriter } from './rice.js';

const { log2, min } = Math;

/** How a number is predicted from those before it. */
const PREDICTORS = { level: 0, previous: 1, line: 2 } as const;
type Predictor = (typeof PREDICTORS)[keyof typeof PREDICTORS];

const LENGTH_BITS = 6;

/** Largest absolute value: differences of differences still fit 53 bits. */
export const MAX_INTEGER = 2 ** 49;

/** The bytes for whole numbers of at most MAX_INTEGER; their count is to be kept elsewhere. */
export function encodeIntegers(values: Float64Array): Uint8Array {
  const predictor = bestPredictor(values);
  const writer = new RiceWriter();
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
    writer.group(group, count);
  }
  return writer.finish();
}

/** Reads as many numbers as `values` takes, up to the byte `end`. Throws `DamagedBlockError`. */
export function readIntegers(source: ByteReader, end: number, values: Float64Array): void {
  const reader = new RiceReader(source, end);
  const predictor = reader.read(2);
  if (predictor > PREDICTORS.line) {
    throw new DamagedBlockError('the predictor is unknown');
  }
  for (let start = 0; start < values.length; start += GROUP) {
    const end = min(values.length, start + GROUP);
    if (predictor === PREDICTORS.level) {
      const level = readLevel(reader);
      reader.group(values, start, end, false);
      addLevel(values, start, end, level);
    } else {
      reader.group(values, start, end, true);
      addUp(values, start, end, predictor);
    }
  }
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
  writer: RiceWriter,
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

function readLevel(reader: RiceReader): number {
  const length = reader.read(LENGTH_BITS);
  if (length > NUMBER_BITS) {
    throw new DamagedBlockError('a number is too large');
  }
  return unzigzag(reader.read(length));
}

function addLevel(values: Float64Array, start: number, end: number, level: number): void {
  for (let index = start; index < end; index++) {
    values[index] = (values[index] as number) + level;
  }
}

/** Turns differences from what was predicted into the numbers, in place. */
function addUp(values: Float64Array, start: number, end: number, predictor: number): void {
  let last = start > 0 ? (values[start - 1] as number) : 0;
  if (predictor === PREDICTORS.previous) {
    for (let index = start; index < end; index++) {
      last += values[index] as number;
      values[index] = last;
    }
    return;
  }
  let slope = start > 1 ? last - (values[start - 2] as number) : 0;
  for (let index = start; index < end; index++) {
    // The first number has none before it to draw a line through, and the second only one.
    slope = (index > 1 ? slope : 0) + (values[index] as number);
    last += slope;
    values[index] = last;
  }
}
