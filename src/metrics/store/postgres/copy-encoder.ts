/**
 * PostgreSQL's binary COPY format.
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Signature, flags (none) and header extension (empty). */
const HEADER = Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** Milliseconds from the Unix epoch to PostgreSQL's, 2000-01-01 UTC. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** One row of a series: key, time in epoch milliseconds, numbers, and at most one text. */
export interface CopyRow {
  key: number;
  timestamp: number;
  values: readonly (number | null | undefined)[];
  text?: string | null;
}

/**
 * Encodes rows as (integer, timestamptz, double precision …, text?) for `COPY … WITH (FORMAT binary)`.
 * `withText` says whether the table has the last column.
 */
export function encodeCopy(rows: readonly CopyRow[], withText: boolean): Buffer {
  const numbers = rows[0]?.values.length ?? 0;
  const fields = 2 + numbers + (withText ? 1 : 0);
  let size = HEADER.length + TRAILER.length;
  const texts: (Buffer | null)[] = [];
  for (const row of rows) {
    size += 2 + 8 + 12 + numbers * 12;
    if (withText) {
      const text = row.text == null ? null : Buffer.from(row.text);
      texts.push(text);
      size += 4 + (text?.length ?? 0);
    }
  }
  const buffer = Buffer.allocUnsafe(size);
  let at = HEADER.copy(buffer);
  for (const [index, row] of rows.entries()) {
    at = buffer.writeInt16BE(fields, at);
    at = buffer.writeInt32BE(4, at);
    at = buffer.writeInt32BE(row.key, at);
    at = buffer.writeInt32BE(8, at);
    at = writeMicroseconds(buffer, row.timestamp, at);
    for (const value of row.values) {
      if (value == null) {
        at = buffer.writeInt32BE(-1, at);
      } else {
        at = buffer.writeInt32BE(8, at);
        at = buffer.writeDoubleBE(value, at);
      }
    }
    if (withText) {
      const text = texts[index];
      at = buffer.writeInt32BE(text ? text.length : -1, at);
      at += text ? text.copy(buffer, at) : 0;
    }
  }
  at += TRAILER.copy(buffer, at);
  return buffer.subarray(0, at);
}

/** A timestamptz: microseconds since 2000 as a 64-bit integer, without the cost of a BigInt. */
function writeMicroseconds(buffer: Buffer, timestamp: number, at: number): number {
  const microseconds = (timestamp - POSTGRES_EPOCH_MS) * 1_000;
  const high = Math.floor(microseconds / 2 ** 32);
  buffer.writeInt32BE(high, at);
  return buffer.writeUInt32BE(microseconds - high * 2 ** 32, at + 4);
}
