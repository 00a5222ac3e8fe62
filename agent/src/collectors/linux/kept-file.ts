/** A file of /proc or /sys that stays open and is read again from its start on every tick. */
import { closeSync, openSync, readSync } from 'node:fs';
import { unavailableFile } from '../../errors.js';

/** seq_file hands out at most one page at a time: a shorter answer than this was the last. */
const SURELY_LAST = 2048;
const LARGEST_BYTES = 16 * 1024 * 1024;

/** Shared by all kept files: reading is synchronous and the text is copied out. */
let buffer = Buffer.allocUnsafeSlow(16 * 1024);

/** Reads the same small file again and again without opening it each time. */
export class KeptFile {
  private descriptor = -1;

  constructor(readonly path: string) {}

  /** The whole text, one byte a character. Throws `Unavailable`. */
  read(): string {
    const fresh = this.descriptor < 0;
    try {
      return this.readOnce();
    } catch (error) {
      this.close();
      if (fresh) throw unavailableFile(this.path, error);
    }
    // A device that was unplugged and came back has a new file behind the same name.
    try {
      return this.readOnce();
    } catch (error) {
      this.close();
      throw unavailableFile(this.path, error);
    }
  }

  /** The number in the file; `null` if it holds none. Throws `Unavailable`. */
  readNumber(): number | null {
    const text = this.read().trim();
    if (text === '') return null;
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  }

  close(): void {
    if (this.descriptor < 0) return;
    const descriptor = this.descriptor;
    this.descriptor = -1;
    closeSync(descriptor);
  }

  private readOnce(): string {
    if (this.descriptor < 0) this.descriptor = openSync(this.path, 'r');
    let length = 0;
    for (;;) {
      if (length === buffer.length) growBuffer();
      const count = readSync(this.descriptor, buffer, length, buffer.length - length, length);
      length += count;
      if (count < SURELY_LAST) return buffer.toString('latin1', 0, length);
      if (length >= LARGEST_BYTES) throw new Error('the file is implausibly large');
    }
  }
}

function growBuffer(): void {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
  buffer.copy(larger);
  buffer = larger;
}
