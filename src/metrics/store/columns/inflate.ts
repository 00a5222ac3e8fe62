/** Inflating what is not trusted. */
import { inflateRawSync } from 'node:zlib';
import { DamagedBlockError } from './bits.js';

/** Inflates exactly `length` bytes. Throws `DamagedBlockError`. */
export function inflate(bytes: Uint8Array, length: number): Buffer {
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    throw new DamagedBlockError('the data cannot be inflated', { cause: error });
  }
  if (inflated.length !== length) {
    throw new DamagedBlockError('the inflated data has another length');
  }
  return inflated;
}
