/**
 * Rows in PostgreSQL's binary COPY format.
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */
import type { HeadRow } from '../history/history-storage.js';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Signature, flags (none) and header extension (empty). */
const HEADER = Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
/** Stands where the next row's number of fields would. */
const END = -1;
const FIELDS = 3;
/** Bytes of a row of the head but for its data: number of fields, lengths, key and time. */
const ROW_BYTES = 2 + 4 + 4 + 4 + 8 + 4;
/** Milliseconds from the Unix epoch to PostgreSQL's, 2000-01-01 UTC. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** Encodes rows of the head (integer, timestamptz, bytea) for `COPY … WITH (FORMAT binary)`. */
export function encodeHeadCopy(rows: readonly HeadRow[]): Buffer {
  const dataBytes = rows.reduce((sum, { data }) => sum + data.length, 0);
  const buffer = Buffer.allocUnsafe(HEADER.length + rows.length * ROW_BYTES + dataBytes + 2);
  let at = HEADER.copy(buffer);
  for (const { machine, time, data } of rows) {
    at = buffer.writeInt16BE(FIELDS, at);
    at = buffer.writeInt32BE(4, at);
    at = buffer.writeInt32BE(machine, at);
    at = buffer.writeInt32BE(8, at);
    at = writeMicroseconds(buffer, time, at);
    at = buffer.writeInt32BE(data.length, at);
    at += data.copy(buffer, at);
  }
  buffer.writeInt16BE(END, at);
  return buffer;
}

/** A timestamptz: microseconds since 2000 as a 64-bit integer, without the cost of a BigInt. */
function writeMicroseconds(buffer: Buffer, time: number, at: number): number {
  const microseconds = (time - POSTGRES_EPOCH_MS) * 1_000;
  const high = Math.floor(microseconds / 2 ** 32);
  return buffer.writeUInt32BE(microseconds - high * 2 ** 32, buffer.writeInt32BE(high, at));
}

/** Reads the rows of a COPY, field by field in the order of their columns; none may be null. */
export class CopyReader {
  private at = HEADER.length;

  constructor(private readonly bytes: Buffer) {}

  /** Begins the next row; false after the last one. */
  next(): boolean {
    const fields = this.bytes.readInt16BE(this.at);
    this.at += 2;
    return fields !== END;
  }

  /** A smallint or integer. */
  integer(): number {
    const length = this.length();
    this.at += length;
    return this.bytes.readIntBE(this.at - length, length);
  }

  /** A timestamptz in epoch milliseconds. */
  time(): number {
    const length = this.length();
    this.at += length;
    const high = this.bytes.readInt32BE(this.at - 8);
    const low = this.bytes.readUInt32BE(this.at - 4);
    return (high * 2 ** 32 + low) / 1_000 + POSTGRES_EPOCH_MS;
  }

  /** A bytea; a part of the bytes read. */
  data(): Buffer {
    const length = this.length();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private length(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }
}
