/** The spool's files: append-only segments, named by their first sequence number. */
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder, removeFile } from '../../shared/files.js';

const SUFFIX = '.seg';
/** Damaged segments kept for a person to look at. */
const KEPT_DAMAGED = 3;

/** One file. Its records are numbered from `firstSeq` up to the next segment's `firstSeq`. */
export interface Segment {
  firstSeq: number;
  bytes: number;
  /** Monotonic time of its newest record; negative for records from before the start. */
  newestMs: number;
}

/** Appends to the newest segment and manages the older ones. Every method may throw a file error. */
export class SegmentFolder {
  private descriptor = -1;
  private active: Segment | null = null;

  constructor(readonly path: string) {}

  /** The segments found, oldest first. Their age is taken from the files, never below zero. */
  open(wallMs: number, monotonicMs: number): Segment[] {
    makePrivateFolder(this.path);
    const segments: Segment[] = [];
    for (const name of readdirSync(this.path)) {
      if (!/^\d{16}\.seg$/.test(name)) continue;
      const { size, mtimeMs } = statSync(join(this.path, name));
      const age = Math.max(0, wallMs - mtimeMs);
      segments.push({
        firstSeq: Number.parseInt(name, 10),
        bytes: size,
        newestMs: monotonicMs - age,
      });
    }
    return segments.sort((a, b) => a.firstSeq - b.firstSeq);
  }

  /** Appends to the active segment, or to a new one if there is none. Never leaves half a line. */
  append(line: string, seq: number, nowMs: number): Segment {
    if (!this.active) {
      this.descriptor = openSync(this.fileOf(seq), 'a', 0o600);
      this.active = { firstSeq: seq, bytes: 0, newestMs: nowMs };
    }
    const before = this.active.bytes;
    const data = Buffer.from(line);
    let written = 0;
    try {
      while (written < data.length) written += writeSync(this.descriptor, data, written);
    } catch (error) {
      this.undo(before);
      throw error;
    }
    this.active.bytes += data.length;
    this.active.newestMs = nowMs;
    return this.active;
  }

  /** Closes the active segment; the next append starts a new one. */
  seal(durable = false): void {
    if (this.descriptor >= 0) {
      if (durable) fsyncSync(this.descriptor);
      closeSync(this.descriptor);
    }
    this.descriptor = -1;
    this.active = null;
  }

  isActive(segment: Segment): boolean {
    return segment === this.active;
  }

  read(segment: Segment): string {
    return readFileSync(this.fileOf(segment.firstSeq), 'utf8');
  }

  remove(segment: Segment): void {
    if (this.isActive(segment)) this.seal();
    removeFile(this.fileOf(segment.firstSeq));
  }

  /** Copies a damaged segment aside; returns the path of the copy. */
  setAside(segment: Segment): string {
    const folder = join(this.path, 'damaged');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const kept = readdirSync(folder).sort();
    for (const name of kept.slice(0, Math.max(0, kept.length - KEPT_DAMAGED + 1))) {
      removeFile(join(folder, name));
    }
    const target = join(folder, this.nameOf(segment.firstSeq));
    copyFileSync(this.fileOf(segment.firstSeq), target);
    return target;
  }

  /** After a failed write: truncates what was written, and starts a new segment in any case. */
  private undo(length: number): void {
    try {
      ftruncateSync(this.descriptor, length);
    } catch {
      // The segment then ends with a torn line, which reading skips. The error of the write is reported.
    } finally {
      this.seal();
    }
  }

  private nameOf(firstSeq: number): string {
    return `${String(firstSeq).padStart(16, '0')}${SUFFIX}`;
  }

  private fileOf(firstSeq: number): string {
    return join(this.path, this.nameOf(firstSeq));
  }
}
