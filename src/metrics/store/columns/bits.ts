/** Streams of bits and of whole numbers in bytes. */

const { floor } = Math;

/** Thrown for bytes that no writer of ours has made: truncated, altered or of a newer version. */
export class DamagedBlockError extends Error {}

const INITIAL_BYTES = 256;
/** Widest field that `BitWriter.write` and `BitReader.read` take at once. */
const FIELD_BITS = 24;
const FIELD = 2 ** FIELD_BITS;
/** Bits that `BitReader.windowAt` answers at least. */
export const WINDOW_BITS = 25;

/** Appends bits, the most significant first. */
export class BitWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private length = 0;
  /** Bits that do not yet fill a byte. */
  private pending = 0;
  private pendingBits = 0;

  /** Appends the `bits` low bits of a whole number; `bits` is 0 to 53. */
  write(value: number, bits: number): void {
    if (bits > FIELD_BITS) {
      this.write(floor(value / FIELD), bits - FIELD_BITS);
      this.writeField(value % FIELD, FIELD_BITS);
    } else {
      this.writeField(value, bits);
    }
  }

  /** Forgets what was written, for another use. */
  reset(): void {
    this.length = 0;
    this.pending = 0;
    this.pendingBits = 0;
  }

  /** The bytes so far, the last one filled up with zeros; they hold until the next `reset`. */
  finish(): Uint8Array {
    if (this.pendingBits > 0) {
      this.append((this.pending << (8 - this.pendingBits)) & 0xff);
      this.pendingBits = 0;
      this.pending = 0;
    }
    return this.bytes.subarray(0, this.length);
  }

  private writeField(value: number, bits: number): void {
    this.pending = (this.pending << bits) | value;
    this.pendingBits += bits;
    while (this.pendingBits >= 8) {
      this.pendingBits -= 8;
      this.append((this.pending >>> this.pendingBits) & 0xff);
    }
    this.pending &= (1 << this.pendingBits) - 1;
  }

  private append(byte: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = byte;
  }
}

/** Reads what a BitWriter wrote. Throws `DamagedBlockError` past the end. */
export class BitReader {
  private readonly view: DataView;
  /** The last byte from which four can be read. */
  private readonly lastWord: number;
  /** Where the next bit is. */
  protected at: number;

  /** Reads from where `source` is up to the byte `end`, and moves it there. */
  constructor(
    source: ByteReader,
    private readonly end: number,
  ) {
    this.view = source.view;
    this.lastWord = source.end - 4;
    this.at = source.at * 8;
    source.skipTo(end);
  }

  /** The next `bits` bits as a whole number; `bits` is 0 to 53. */
  read(bits: number): number {
    if (bits > FIELD_BITS) {
      const high = this.read(bits - FIELD_BITS);
      return high * FIELD + this.readField(FIELD_BITS);
    }
    return this.readField(bits);
  }

  private readField(bits: number): number {
    if (bits === 0) {
      return 0;
    }
    const value = this.windowAt(this.at) >>> (32 - bits);
    this.moveTo(this.at + bits);
    return value;
  }

  /** The bits from `at` on at the top of 32, WINDOW_BITS of them; beyond the end they mean nothing. */
  protected windowAt(at: number): number {
    const byte = at >>> 3;
    // Signed: V8 keeps what may exceed 31 bits as a double, which takes twice the time.
    const word = byte <= this.lastWord ? this.view.getInt32(byte) : this.lastBytes(byte);
    return word << (at & 7);
  }

  private lastBytes(byte: number): number {
    let word = 0;
    for (let index = byte; index < byte + 4; index++) {
      word = (word << 8) | (index < this.lastWord + 4 ? this.view.getUint8(index) : 0);
    }
    return word;
  }

  protected moveTo(at: number): void {
    if (at > this.end * 8) {
      throw new DamagedBlockError('the data ends too early');
    }
    this.at = at;
  }
}

/** Maps whole numbers to those that are not negative, small ones to small ones. */
export function zigzag(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

/** The inverse of `zigzag`. */
export function unzigzag(value: number): number {
  const half = floor(value / 2);
  return 2 * half === value ? half : -half - 1;
}

/** Appends bytes, numbers and text. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  private length = 0;

  /** One byte. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the low ones first. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = rest < 2 ** 31 ? rest >>> 7 : floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** A double, little-endian. */
  double(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** Other bytes, without their length. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Text in UTF-8 after its length in bytes. */
  text(text: string): void {
    if (text === '') {
      this.byte(0);
      return;
    }
    const bytes = Buffer.from(text);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Forgets what was written, for another use. */
  reset(): void {
    this.length = 0;
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.length;
  }

  /** Changes a byte that was written. */
  patch(position: number, value: number): void {
    this.bytes[position] = value;
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.written());
  }

  /** What was written; it holds until the next `reset`. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.length + count));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
  }
}

/** Reads what a ByteWriter wrote. Throws `DamagedBlockError` for anything else. */
export class ByteReader {
  private lazyView: DataView | null = null;

  constructor(
    private readonly bytes: Buffer,
    /** Position of the next byte. */
    public at = 0,
  ) {}

  /** Bytes that were not read yet. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Position after the last byte. */
  get end(): number {
    return this.bytes.length;
  }

  /** All of the bytes. */
  get view(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.lazyView ??= new DataView(buffer, byteOffset, byteLength);
    return this.lazyView;
  }

  /** Goes on at a later position. */
  skipTo(position: number): void {
    if (position < this.at || position > this.end) {
      throw new DamagedBlockError('the data ends too early');
    }
    this.at = position;
  }

  /** Reads a length, and answers the position that is so far from where the reader is then. */
  sizedEnd(): number {
    const length = this.varint();
    if (length > this.left) {
      throw new DamagedBlockError('the data ends too early');
    }
    return this.at + length;
  }

  /** The next byte, which stays the next. */
  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) {
      throw new DamagedBlockError('the data ends too early');
    }
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        break;
      }
      factor *= 0x80;
      if (factor > 2 ** 49) {
        throw new DamagedBlockError('a number is too large');
      }
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new DamagedBlockError('a number is too large');
    }
    return value;
  }

  double(): number {
    if (this.left < 8) {
      throw new DamagedBlockError('the data ends too early');
    }
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  raw(length: number): Buffer {
    if (length > this.left) {
      throw new DamagedBlockError('the data ends too early');
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.raw(this.varint()).toString();
  }
}
