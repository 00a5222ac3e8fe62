/** Bare binary COPY into the table of raw samples. */
import { from } from 'pg-copy-streams';
import { METRICS } from './columns.mjs';

const HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const EPOCH_MS = 946_684_800_000;
const FIELDS = METRICS.length + 3;
const LARGEST_ROW = 2 + FIELDS * 12;
const SQL = `COPY metrics (machine, ts, ${METRICS}, missing) FROM STDIN WITH (FORMAT binary)`;

/** Rows `{machineKey, timestamp, values}` as bytes. */
export function encode(rows) {
  const buffer = Buffer.allocUnsafe(HEADER.length + rows.length * LARGEST_ROW + 2);
  let at = HEADER.copy(buffer);
  for (const { machineKey, timestamp, values } of rows) {
    at = buffer.writeInt16BE(FIELDS, at);
    at = buffer.writeInt32BE(4, at);
    at = buffer.writeInt32BE(machineKey, at);
    at = buffer.writeInt32BE(8, at);
    const time = (timestamp - EPOCH_MS) * 1000;
    const high = Math.floor(time / 2 ** 32);
    at = buffer.writeInt32BE(high, at);
    at = buffer.writeUInt32BE(time - high * 2 ** 32, at);
    for (const name of METRICS) {
      const value = values[name];
      if (value == null) {
        at = buffer.writeInt32BE(-1, at);
      } else {
        at = buffer.writeInt32BE(8, at);
        at = buffer.writeDoubleBE(value, at);
      }
    }
    at = buffer.writeInt32BE(-1, at);
  }
  at = buffer.writeInt16BE(-1, at);
  return buffer.subarray(0, at);
}

/** Copies rows in one transaction; durable when it resolves. */
export function copy(client, rows) {
  return new Promise((resolve, reject) => {
    const stream = client.query(from(SQL));
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(encode(rows));
  });
}
