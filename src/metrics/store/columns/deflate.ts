/** Deflating lists of a few kilobytes, and inflating what is not trusted. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DamagedBlockError } from './bits.js';

const { clz32, max, min } = Math;

const LEVEL = 6;
/** The limits of zlib for its window, a power of two, and for how much it codes at a time, as logarithms. */
const WINDOW_BITS = { least: 9, most: 15 };
const MEMORY_LEVEL = { least: 3, most: 6 };
/** A memory level holds 2^6 codes more. */
const MEMORY_LEVEL_BITS = 6;
/** The limits of what is made space for at once, in bytes. */
const CHUNK = { least: 64, most: 65_536 };

/**
 * The bytes deflated. zlib takes a quarter of a megabyte for every call unless it is told how little there is to
 * do; so much for every column would keep the garbage collector busy.
 */
export function deflate(bytes: Uint8Array): Buffer {
  const bits = 32 - clz32(bytes.length);
  return deflateRawSync(bytes, {
    level: LEVEL,
    windowBits: within(WINDOW_BITS, bits),
    memLevel: within(MEMORY_LEVEL, bits - MEMORY_LEVEL_BITS),
    chunkSize: within(CHUNK, bytes.length),
  });
}

/** Inflates exactly `length` bytes. Throws `DamagedBlockError`. */
export function inflate(bytes: Uint8Array, length: number): Buffer {
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(bytes, {
      maxOutputLength: max(1, length),
      chunkSize: within(CHUNK, length),
    });
  } catch (error) {
    throw new DamagedBlockError('the data cannot be inflated', { cause: error });
  }
  if (inflated.length !== length) {
    throw new DamagedBlockError('the inflated data has another length');
  }
  return inflated;
}

function within({ least, most }: { least: number; most: number }, value: number): number {
  return max(least, min(most, value));
}
