/**
 * Codes lists of whole numbers: differences by the predictor that suits them, in Rice codes where they are
 * noise, and as deflated varints where the same ones come again and again.
 *
 * Two bits tell the predictor, groups follow. With DEFLATED in their place two bits more tell it, and after
 * that byte come the number of bytes that are deflated, as a varint, and they.
 */
import { ByteReader, ByteWriter, DamagedBlockError, unzigzag, zigzag } from './bits.js';
import { deflate, inflate } from './deflate.js';
import { bitLength, GROUP, NUMBER_BITS, RiceReader, RiceWriter } from './rice.js';

const { log2, min } = Math;

/** How a number is predicted from those before it. */
const PREDICTORS = { level: 0, previous: 1, line: 2 } as const;
type Predictor = (typeof PREDICTORS)[keyof typeof PREDICTORS];
/** In the place of a predictor. */
const DEFLATED = 3;
/** Fewer are not worth the trouble. */
const FEW_BYTES = 16;
/** Deflating is tried where the bytes by themselves tell at most this share of what Rice codes take. */
const WORTH_DEFLATING = 0.95;

const LENGTH_BITS = 6;
const MAX_VARINT_BYTES = 8;

/** Largest absolute value: differences of differences still fit 53 bits. */
export const MAX_INTEGER = 2 ** 49;

/** What is written on the way to a column; each holds until the next one. */
const riceWriter = new RiceWriter();
const group = new Float64Array(GROUP);
const varintWriters = {
  [PREDICTORS.level]: new ByteWriter(),
  [PREDICTORS.previous]: new ByteWriter(),
};
const deflatedWriter = new ByteWriter();

/**
 * The bytes for whole numbers of at most MAX_INTEGER; their count is to be kept elsewhere. They hold until the
 * next call.
 */
export function encodeIntegers(values: Float64Array): Uint8Array {
  const rice = encodeRice(values);
  return encodeDeflated(values, rice.length) ?? rice;
}

/** Reads as many numbers as `values` takes, up to the byte `end`. Throws `DamagedBlockError`. */
export function readIntegers(source: ByteReader, end: number, values: Float64Array): void {
  if (source.at < end && source.peek() >>> 6 === DEFLATED) {
    readDeflated(source, end, values);
  } else {
    readRice(source, end, values);
  }
}

function encodeRice(values: Float64Array): Uint8Array {
  const predictor = bestPredictor(values);
  const writer = riceWriter;
  writer.reset();
  writer.write(predictor, 2);
  for (let start = 0; start < values.length; start += GROUP) {
    const count = min(GROUP, values.length - start);
    if (predictor === PREDICTORS.level) {
      writeLevel(writer, values, start, count);
    } else {
      for (let index = 0; index < count; index++) {
        group[index] = zigzag(difference(values, start + index, predictor));
      }
    }
    writer.group(group, count);
  }
  return writer.finish();
}

function readRice(source: ByteReader, end: number, values: Float64Array): void {
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

/** `null` unless it takes fewer than `limit` bytes. */
function encodeDeflated(values: Float64Array, limit: number): Buffer | null {
  if (limit < FEW_BYTES) {
    return null;
  }
  const [best] = ([PREDICTORS.level, PREDICTORS.previous] as const)
    .map((predictor) => {
      const bytes = toVarints(values, predictor);
      return { predictor, bytes, entropy: entropyOf(bytes) };
    })
    .sort((one, other) => one.entropy - other.entropy);
  if (best === undefined || best.entropy >= WORTH_DEFLATING * limit) {
    return null;
  }
  const writer = deflatedWriter;
  writer.reset();
  writer.byte((DEFLATED << 6) | (best.predictor << 4));
  writer.varint(best.bytes.length);
  writer.raw(deflate(best.bytes));
  const coded = writer.written();
  return coded.length < limit ? coded : null;
}

function readDeflated(source: ByteReader, end: number, values: Float64Array): void {
  const predictor = (source.byte() >>> 4) & 3;
  const length = source.varint();
  if (predictor > PREDICTORS.previous || length > MAX_VARINT_BYTES * (values.length + 1)) {
    throw new DamagedBlockError('deflated numbers have an impossible length');
  }
  const reader = new ByteReader(inflate(source.raw(end - source.at), length));
  const level = predictor === PREDICTORS.level ? unzigzag(reader.varint()) : 0;
  let last = 0;
  for (let index = 0; index < values.length; index++) {
    const coded = reader.varint();
    last = predictor === PREDICTORS.level ? level + coded : last + unzigzag(coded);
    values[index] = last;
  }
}

/** The least number and the distances from it, or the differences from the number before. */
function toVarints(values: Float64Array, predictor: keyof typeof varintWriters): Buffer {
  const writer = varintWriters[predictor];
  writer.reset();
  if (predictor === PREDICTORS.level) {
    const low = lowest(values, 0, values.length);
    writer.varint(zigzag(low));
    for (let index = 0; index < values.length; index++) {
      writer.varint((values[index] as number) - low);
    }
  } else {
    for (let index = 0; index < values.length; index++) {
      writer.varint(zigzag(difference(values, index, predictor)));
    }
  }
  return writer.written();
}

/** How many times each byte is there. */
const BYTE_COUNTS = new Uint32Array(256);

/** Bytes that a code of single bytes would take. */
function entropyOf(bytes: Buffer): number {
  BYTE_COUNTS.fill(0);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    BYTE_COUNTS[byte] = (BYTE_COUNTS[byte] as number) + 1;
  }
  let bits = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = BYTE_COUNTS[byte] as number;
    bits += count > 0 ? count * log2(bytes.length / count) : 0;
  }
  return bits / 8;
}

/** The predictor whose differences take the fewest bits, by their logarithms. */
function bestPredictor(values: Float64Array): Predictor {
  const low = lowest(values, 0, values.length);
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

/** The least number from `start` to `end`; 0 if there is none. */
function lowest(values: Float64Array, start: number, end: number): number {
  let low = start < end ? (values[start] as number) : 0;
  for (let index = start + 1; index < end; index++) {
    low = min(low, values[index] as number);
  }
  return low;
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
function writeLevel(writer: RiceWriter, values: Float64Array, start: number, count: number): void {
  const low = lowest(values, start, start + count);
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
