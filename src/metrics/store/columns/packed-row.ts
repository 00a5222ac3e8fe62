/**
 * A row of the head: everything that one machine has at one time, packed.
 *
 * Layout: a version byte; the reasons for missing metrics as text (empty if there are none); the number
 * of the machine's own fields, then of each the metric's id and its value; the number of devices, then
 * of each its id, the number of its fields, and the fields. Ids and numbers are varints. What is unknown
 * has no field.
 *
 * A value is a varint whose two low bits tell how to read the others (FORMS). A bucket is its count,
 * then its sum, least and greatest value.
 */
import { type ByteReader, ByteWriter, DamagedBlockError, unzigzag, zigzag } from './bits.js';
import { decimalsOf, unitsPerOne } from './decimals.js';

const { abs, floor, round } = Math;

const VERSION = 1;

/** Whole numbers, hundredths, and doubles, which follow. */
const FORMS = { whole: 0, hundredths: 1, double: 2 } as const;
const FORM_COUNT = 4;
/** With the form and the sign a number fills 53 bits. */
const MAX_WHOLE = 2 ** 50;
/** Up to here the rounding errors of hundreds of additions stay below half a unit. */
const MAX_EXACT_SUM = 2 ** 43;

/** The fields of one machine or device: ids of metrics and, side by side, their values. */
export interface PackedFields<value> {
  /** 0 is the machine itself. */
  device: number;
  metrics: number[];
  values: value[];
}

/** A row, unpacked. */
export interface UnpackedRow<value> {
  /** JSON, or empty. */
  missing: string;
  /** The machine first. */
  fields: PackedFields<value>[];
}

/** One bucket of a metric. */
export interface PackedBucket {
  sum: number;
  count: number;
  min: number;
  max: number;
}

/** Writes one kind of value. */
export type WriteValue<value> = (writer: ByteWriter, value: value) => void;

/** Reads one kind of value. */
export type ReadValue<value> = (reader: ByteReader) => value;

/**
 * Writes rows one after the other: `begin`, the machine's fields, `devices`, then of each device `device`
 * and its fields, `finish`.
 */
export class RowWriter<value> {
  private readonly writer = new ByteWriter();
  /** Where the number of the fields under way stands; it fits a byte, as metrics are 62 at most. */
  private countAt = 0;
  private count = 0;

  constructor(private readonly write: WriteValue<value>) {}

  begin(missing: string): void {
    this.writer.reset();
    this.writer.byte(VERSION);
    this.writer.text(missing);
    this.beginFields();
  }

  field(metric: number, value: value): void {
    this.writer.varint(metric);
    this.write(this.writer, value);
    this.count++;
  }

  devices(count: number): void {
    this.endFields();
    this.writer.varint(count);
  }

  device(id: number): void {
    this.endFields();
    this.writer.varint(id);
    this.beginFields();
  }

  finish(): Buffer {
    this.endFields();
    return this.writer.finish();
  }

  private beginFields(): void {
    this.countAt = this.writer.position;
    this.count = 0;
    this.writer.byte(0);
  }

  private endFields(): void {
    this.writer.patch(this.countAt, this.count);
  }
}

/** Reads a row. Throws `DamagedBlockError`. */
export function unpackRow<value>(reader: ByteReader, read: ReadValue<value>): UnpackedRow<value> {
  const version = reader.byte();
  if (version !== VERSION) {
    throw new DamagedBlockError(`a row has the unknown version ${version}`);
  }
  const missing = reader.text();
  const fields = [readFields(reader, 0, read)];
  const devices = reader.varint();
  for (let index = 0; index < devices; index++) {
    fields.push(readFields(reader, reader.varint(), read));
  }
  return { missing, fields };
}

function readFields<value>(
  reader: ByteReader,
  device: number,
  read: ReadValue<value>,
): PackedFields<value> {
  const count = reader.varint();
  if (count > reader.left) {
    throw new DamagedBlockError('a row has more fields than bytes');
  }
  const metrics = new Array<number>(count);
  const values = new Array<value>(count);
  for (let index = 0; index < count; index++) {
    metrics[index] = reader.varint();
    values[index] = read(reader);
  }
  return { device, metrics, values };
}

/** Writes any double but NaN. */
export function writeNumber(writer: ByteWriter, value: number): void {
  if (Number.isInteger(value) && abs(value) < MAX_WHOLE && !Object.is(value, -0)) {
    writer.varint(zigzag(value) * FORM_COUNT + FORMS.whole);
    return;
  }
  const hundredths = round(value * 100);
  if (abs(hundredths) < MAX_WHOLE && hundredths / 100 === value && hundredths !== 0) {
    writer.varint(zigzag(hundredths) * FORM_COUNT + FORMS.hundredths);
    return;
  }
  writer.varint(FORMS.double);
  writer.double(value);
}

/** Reads what `writeNumber` wrote. */
export function readNumber(reader: ByteReader): number {
  const coded = reader.varint();
  const form = coded % FORM_COUNT;
  if (form === FORMS.whole) {
    return unzigzag(floor(coded / FORM_COUNT));
  }
  if (form === FORMS.hundredths) {
    return unzigzag(floor(coded / FORM_COUNT)) / 100;
  }
  if (coded !== FORMS.double) {
    throw new DamagedBlockError('the form of a number is unknown');
  }
  return reader.double();
}

/** Writes a bucket. */
export function writeBucket(writer: ByteWriter, { sum, count, min, max }: PackedBucket): void {
  writer.varint(count);
  writeNumber(writer, sum);
  writeNumber(writer, min);
  writeNumber(writer, max);
}

/** Reads a bucket. */
export function readBucket(reader: ByteReader): PackedBucket {
  const count = reader.varint();
  return { count, sum: readNumber(reader), min: readNumber(reader), max: readNumber(reader) };
}

/**
 * The sum of numbers with few decimals, which their sum as doubles may miss by a little: then it would
 * take many times the space, and differ by the order of adding up.
 */
export class DecimalSum {
  private sum = 0;
  private decimals: number | null = 0;

  /** Adds a number. */
  add(value: number): void {
    this.sum += value;
    if (this.decimals !== null) {
      this.decimals = decimalsOf(value, this.decimals);
    }
  }

  /** The sum. */
  get value(): number {
    if (this.decimals === null || this.decimals === 0) {
      return this.sum;
    }
    const units = unitsPerOne(this.decimals);
    const scaled = round(this.sum * units);
    return abs(scaled) < MAX_EXACT_SUM ? scaled / units : this.sum;
  }
}
