/** A file of /proc or /sys that stays open and is read again from the start on every tick. */
import { closeSync, openSync, readSync } from 'node:fs';
import { unavailableFile } from '../../../shared/errors.js';

const LARGEST_BYTES = 16 * 1024 * 1024;

/** Shared by all files: reads are synchronous, and the text is copied. */
let buffer = Buffer.allocUnsafeSlow(16 * 1024);

/** `readSync` of node:fs; replaced in tests. */
type ReadAt = (
  descriptor: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
) => number;

/** Reads the same small file repeatedly without opening it each time. */
export class ProcFile {
  private descriptor = -1;

  constructor(
    readonly path: string,
    private readonly readAt: ReadAt = readSync,
  ) {}

  /** The whole text, one character per byte. Throws `Unavailable`. */
  read(): string {
    const fresh = this.descriptor < 0;
    try {
      return this.readAll();
    } catch (error) {
      this.close();
      if (fresh) throw unavailableFile(this.path, error);
    }
    // A device that was unplugged and plugged in again has a new file of the same name.
    try {
      return this.readAll();
    } catch (error) {
      this.close();
      throw unavailableFile(this.path, error);
    }
  }

  close(): void {
    if (this.descriptor < 0) return;
    const descriptor = this.descriptor;
    this.descriptor = -1;
    closeSync(descriptor);
  }

  /**
   * The kernel returns whole lines, at most one page: a read before a long line may be very short.
   */
  private readAll(): string {
    let length = 0;
    for (;;) {
      if (length === buffer.length) growBuffer();
      const count = this.fill(length);
      length += count;
      if (count === 0) return buffer.toString('latin1', 0, length);
      if (length >= LARGEST_BYTES) throw new Error('the file is implausibly large');
    }
  }

  private fill(start: number): number {
    if (this.descriptor < 0) this.descriptor = openSync(this.path, 'r');
    return this.readAt(this.descriptor, buffer, start, buffer.length - start, start);
  }
}

function growBuffer(): void {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
  buffer.copy(larger);
  buffer = larger;
}
