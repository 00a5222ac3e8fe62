/**
 * One column of a block: numbers by the index of their time, NaN where there is none. Every double
 * comes back bit for bit.
 *
 * Layout: presence, then a byte for the coding (CODINGS), then what the coding needs. Presence is a
 * count of runs and their lengths as varints, present and absent by turns; a count of 0 stands for
 * "all present".
 */
import { ByteReader, ByteWriter, DamagedBlockError } from './bits.js';
import { commonDecimals, divide, MAX_DECIMALS, toUnits, unitsPerOne } from './decimals.js';
import { deflate, inflate } from './deflate.js';
import { type AllocateDoubles, DoublesArena, newDoubles } from './doubles.js';
import { encodeIntegers, readIntegers } from './integers.js';

/**
 * - `constant`: the double that all values are
 * - `decimal`: a byte for the decimals, then whole numbers of that unit
 * - `doubles`: all first bytes, then all second ones and so on, deflated
 */
const CODINGS = { constant: 0, decimal: 1, doubles: 2 } as const;

const DOUBLE_BYTES = 8;
/** Inflating stops here: no block holds more times. */
export const MAX_VALUES = 1_000_000;

/** What is made on the way to a column. */
const writer = new ByteWriter();
const arena = new DoublesArena();

/** The bytes of a column. */
export function encodeNumbers(values: Float64Array): Buffer {
  writer.reset();
  arena.reset();
  const present = writePresence(values);
  writePresent(present);
  return writer.finish();
}

/** The numbers of a column for `count` times. Throws `DamagedBlockError`. */
export function decodeNumbers(
  bytes: Buffer,
  count: number,
  allocate: AllocateDoubles = newDoubles,
): Float64Array {
  if (count > MAX_VALUES) {
    throw new DamagedBlockError('a column has too many values');
  }
  const values = allocate(count);
  const reader = new ByteReader(bytes);
  readNumbers(reader, reader.end, values);
  return values;
}

/** Reads a column for as many times as `values` takes, up to the byte `end`. Throws `DamagedBlockError`. */
export function readNumbers(reader: ByteReader, end: number, values: Float64Array): void {
  const runs = readPresence(reader, values.length);
  if (runs === null) {
    readPresent(reader, end, values);
    return;
  }
  let from = runs.reduce((sum, run, at) => sum + (at % 2 ? 0 : run), 0);
  readPresent(reader, end, values.subarray(0, from));
  // Values move to their places from the last run on: none is overwritten before its turn.
  let to = values.length;
  for (let at = runs.length - 1; at >= 0; at--) {
    const run = runs[at] as number;
    to -= run;
    if (at % 2 === 0) {
      from -= run;
      values.copyWithin(to, from, from + run);
    } else {
      values.fill(Number.NaN, to, to + run);
    }
  }
}

/** Writes which values are there and returns them. */
function writePresence(values: Float64Array): Float64Array {
  const runs: number[] = [];
  let length = 0;
  let wanted = true;
  let present = 0;
  for (const value of values) {
    const isPresent = !Number.isNaN(value);
    present += Number(isPresent);
    if (isPresent !== wanted) {
      runs.push(length);
      length = 0;
      wanted = isPresent;
    }
    length++;
  }
  runs.push(length);
  if (present === values.length) {
    writer.varint(0);
    return values;
  }
  writer.varint(runs.length);
  for (const run of runs) {
    writer.varint(run);
  }
  const packed = arena.allocate(present);
  let at = 0;
  for (const value of values) {
    if (!Number.isNaN(value)) {
      packed[at++] = value;
    }
  }
  return packed;
}

/** Lengths of runs, present ones first; `null` if every value is there. */
function readPresence(reader: ByteReader, count: number): number[] | null {
  const number = reader.varint();
  if (number === 0) {
    return null;
  }
  if (number > reader.left) {
    throw new DamagedBlockError('a column has more runs than bytes');
  }
  const runs = Array.from({ length: number }, () => reader.varint());
  if (runs.reduce((sum, run) => sum + run, 0) !== count) {
    throw new DamagedBlockError('the runs of a column do not fit its times');
  }
  return runs;
}

function writePresent(values: Float64Array): void {
  const [first] = values;
  if (first === undefined || values.every((value) => Object.is(value, first))) {
    writer.byte(CODINGS.constant);
    writer.double(first ?? 0);
    return;
  }
  const decimals = commonDecimals(values);
  if (decimals === null) {
    writer.byte(CODINGS.doubles);
    writer.raw(deflate(toPlanes(values)));
  } else {
    writer.byte(CODINGS.decimal);
    writer.byte(decimals);
    writer.raw(encodeIntegers(toUnits(values, decimals, arena.allocate)));
  }
}

function readPresent(reader: ByteReader, end: number, values: Float64Array): void {
  const coding = reader.byte();
  if (coding === CODINGS.constant) {
    values.fill(reader.double());
    reader.skipTo(end);
    return;
  }
  if (coding === CODINGS.doubles) {
    const bytes = reader.raw(end - reader.at);
    fromPlanes(inflate(bytes, values.length * DOUBLE_BYTES), values);
    return;
  }
  if (coding !== CODINGS.decimal) {
    throw new DamagedBlockError('the coding of a column is unknown');
  }
  const decimals = reader.byte();
  if (decimals > MAX_DECIMALS) {
    throw new DamagedBlockError('a column has too many decimals');
  }
  readIntegers(reader, end, values);
  if (decimals > 0) {
    divide(values, unitsPerOne(decimals));
  }
}

/** The same bytes of all doubles side by side, where they resemble each other. */
function toPlanes(values: Float64Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const planes = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    const plane = index % DOUBLE_BYTES;
    planes[plane * values.length + Math.floor(index / DOUBLE_BYTES)] = bytes[index] as number;
  }
  return planes;
}

function fromPlanes(planes: Buffer, values: Float64Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let index = 0; index < bytes.length; index++) {
    const plane = index % DOUBLE_BYTES;
    bytes[index] = planes[plane * values.length + Math.floor(index / DOUBLE_BYTES)] as number;
  }
}
