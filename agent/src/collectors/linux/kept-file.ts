/** A file of /proc or /sys that stays open and is read again from its start on every tick. */
import { closeSync, openSync, readSync } from 'node:fs';
import { unavailableFile } from '../../errors.js';

const LARGEST_BYTES = 16 * 1024 * 1024;

/** Shared by all kept files: reading is synchronous and the text is copied out. */
let buffer = Buffer.allocUnsafeSlow(16 * 1024);

/** As `readSync` of node:fs; injected in tests. */
type ReadAt = (
  descriptor: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
) => number;

/** Reads the same small file again and again without opening it each time. */
export class KeptFile {
  private descriptor = -1;

  constructor(
    readonly path: string,
    private readonly readAt: ReadAt = readSync,
  ) {}

  /** The whole text, one byte a character. Throws `Unavailable`. */
  read(): string {
    return this.retried(() => this.readAll());
  }

  /** The number in an attribute of sysfs; `null` if it holds none. Throws `Unavailable`. */
  readNumber(): number | null {
    // An attribute comes as a whole: asking for more may ask the device again.
    const text = this.retried(() => buffer.toString('latin1', 0, this.fill(0))).trim();
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

  private retried(read: () => string): string {
    const fresh = this.descriptor < 0;
    try {
      return read();
    } catch (error) {
      this.close();
      if (fresh) throw unavailableFile(this.path, error);
    }
    // A device that was unplugged and came back has a new file behind the same name.
    try {
      return read();
    } catch (error) {
      this.close();
      throw unavailableFile(this.path, error);
    }
  }

  /** The kernel hands out whole lines, a page at most: one short of a long line may be very short. */
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
