/** The mark: a file that tells the next run of the agent which samples are settled. */
import { readJsonFile, writeFileAtomically } from '../../shared/files.js';
import { type Range, RangeSet } from './range-set.js';

/** What was settled when the mark was written; what was settled later is sent again. */
export interface Mark {
  /** The next unused sequence number. */
  next: number;
  settled: RangeSet;
}

interface StoredMark {
  next: number;
  base: number;
  settled: Range[];
}

/** Reads the mark; without an intact one nothing is settled. */
export function readMark(path: string): Mark {
  const stored = readJsonFile(path) as Partial<StoredMark> | undefined;
  const { next, base, settled: ranges } = stored ?? {};
  if (typeof next !== 'number' || typeof base !== 'number' || !Array.isArray(ranges)) {
    return { next: 1, settled: new RangeSet() };
  }
  const settled = new RangeSet(base);
  for (const [from, to] of ranges) settled.add(from, to);
  return { next: Math.max(next, base), settled };
}

/** Writes the mark atomically; `durable` makes it survive a power failure. */
export function writeMark(path: string, { next, settled }: Mark, durable: boolean): void {
  const stored: StoredMark = { next, base: settled.base, settled: settled.toJSON() };
  writeFileAtomically(path, JSON.stringify(stored), durable);
}
