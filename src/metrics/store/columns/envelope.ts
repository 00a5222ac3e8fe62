/** What every block is wrapped in: a version and a checksum, so that damage never passes for data. */
import { crc32 } from 'node:zlib';
import { DamagedBlockError } from './bits.js';

/** Of the layout of columns; a reader refuses those that it does not know. */
const VERSION = 1;
const HEADER_BYTES = 5;

/** A version byte, the CRC-32 of the payload (big-endian), and the payload. */
export function seal(payload: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  sealed[0] = VERSION;
  sealed.writeUInt32BE(crc32(payload), 1);
  payload.copy(sealed, HEADER_BYTES);
  return sealed;
}

/** The payload. Throws `DamagedBlockError` for another version or a wrong checksum. */
export function unseal(sealed: Buffer): Buffer {
  if (sealed.length < HEADER_BYTES) {
    throw new DamagedBlockError('a block is too short');
  }
  if (sealed[0] !== VERSION) {
    throw new DamagedBlockError(`a block has the unknown version ${sealed[0]}`);
  }
  const payload = sealed.subarray(HEADER_BYTES);
  if (crc32(payload) !== sealed.readUInt32BE(1)) {
    throw new DamagedBlockError('the checksum of a block is wrong');
  }
  return payload;
}
