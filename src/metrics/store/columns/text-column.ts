/** A column of short texts, few of them different: each once, and for every time which one. */
import { ByteReader, ByteWriter, DamagedBlockError } from './bits.js';
import { deflate, inflate } from './deflate.js';
import { encodeIntegers, readIntegers } from './integers.js';
import { MAX_VALUES } from './number-column.js';

/** Inflated texts of one block are bounded: a damaged length must not take the memory. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** The bytes of a column; `null` where there is no text. */
export function encodeTexts(texts: readonly (string | null)[]): Buffer {
  const places = new Map<string, number>();
  const indexes = Float64Array.from(texts, (text) => {
    if (text === null) {
      return 0;
    }
    const known = places.get(text) ?? places.size + 1;
    places.set(text, known);
    return known;
  });
  const dictionary = new ByteWriter();
  for (const text of places.keys()) {
    dictionary.text(text);
  }
  const bytes = dictionary.finish();
  const deflated = deflate(bytes);
  const writer = new ByteWriter();
  writer.varint(places.size);
  writer.varint(bytes.length);
  writer.varint(deflated.length);
  writer.raw(deflated);
  writer.raw(encodeIntegers(indexes));
  return writer.finish();
}

/** The texts of a column for `count` times. Throws `DamagedBlockError`. */
export function decodeTexts(bytes: Buffer, count: number): (string | null)[] {
  const reader = new ByteReader(bytes);
  const distinct = reader.varint();
  const length = reader.varint();
  if (distinct > length || length > MAX_TEXT_BYTES || count > MAX_VALUES) {
    throw new DamagedBlockError('a column of texts has impossible lengths');
  }
  const dictionary = new ByteReader(inflate(reader.raw(reader.varint()), length));
  const texts = Array.from({ length: distinct }, () => dictionary.text());
  const indexes = new Float64Array(count);
  readIntegers(reader, reader.end, indexes);
  return Array.from(indexes, (index) => {
    if (index === 0) {
      return null;
    }
    const text = texts[index - 1];
    if (text === undefined) {
      throw new DamagedBlockError('a text is not in its column');
    }
    return text;
  });
}
