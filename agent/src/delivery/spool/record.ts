/** One line of a segment: checksum, sequence number, sample. Torn or damaged lines are recognized. */
// A named import would fail to link on an old Node before it can report that it is too old.
import zlib from 'node:zlib';

/** A sample in the spool: its sequence number, and its JSON without the machine's id. */
export interface SpooledSample {
  seq: number;
  json: string;
}

/** The content of a segment. */
export interface DecodedSegment {
  samples: SpooledSample[];
  /** Damaged lines, not counting a torn one at the end. */
  damaged: number;
  /** The last line is incomplete, as after a crash during a write. */
  torn: boolean;
}

/** The line of a sample, including its newline. */
export function encodeRecord({ seq, json }: SpooledSample): string {
  const body = `${seq} ${json}`;
  return `${checksum(body)} ${body}\n`;
}

/** Decodes all intact lines of a segment, in the order of their sequence numbers. */
export function decodeSegment(text: string): DecodedSegment {
  const samples: SpooledSample[] = [];
  let damaged = 0;
  let torn = false;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const sample = newline < 0 ? null : decodeRecord(text.slice(start, newline));
    if (sample) samples.push(sample);
    else if (newline < 0) torn = true;
    else damaged += 1;
    start = newline < 0 ? text.length : newline + 1;
  }
  return { samples, damaged, torn };
}

function decodeRecord(line: string): SpooledSample | null {
  const body = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(body)) return null;
  const space = body.indexOf(' ');
  const seq = Number(body.slice(0, space));
  return space > 0 && Number.isSafeInteger(seq) ? { seq, json: body.slice(space + 1) } : null;
}

function checksum(text: string): string {
  return zlib.crc32(text).toString(16).padStart(8, '0');
}
