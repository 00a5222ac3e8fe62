/** Keeps every sample until the server has stored it: on disk within bounds, or in memory if the disk fails. */
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.js';
import { errorMessage } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { formatSize } from '../../shared/units.js';
import { readMark, writeMark } from './mark.js';
import { MemoryQueue } from './memory-queue.js';
import { RangeSet } from './range-set.js';
import { decodeSegment, encodeRecord, type SpooledSample } from './record.js';
import { type Segment, SegmentFolder } from './segments.js';

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  maxAgeMs: number;
  clock: Clock;
  log: Log;
}

/** What a spool holds, and what it has lost. */
export interface SpoolStats {
  pending: number;
  bytes: number;
  inMemory: number;
  /** Samples dropped because of the bounds. */
  dropped: number;
  /** Samples lost to damaged files. */
  damaged: number;
  /** Why the disk cannot be used; `null` if it can. */
  diskError: string | null;
}

/** Maximum size of a segment, which is read into memory as a whole. */
const SEGMENT_BYTES = 256 * 1024;
/** Limit for the samples kept in memory while the disk fails. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** How often a failing disk is retried. */
const DISK_RETRY_MS = 30_000;
/** How often the mark is written. What was acknowledged since then is sent again after a crash. */
const MARK_EVERY_MS = 30_000;
/** Sequence numbers skipped when the last segment is damaged and its last number is therefore unknown. */
const UNSURE_GAP = 10_000;
/** A segment is dropped after this many failed reads in a row. */
const READ_ATTEMPTS = 5;

/** Samples in order. No method throws: a failing disk is reported and worked around. */
export class Spool {
  private readonly files: SegmentFolder;
  private segments: Segment[] = [];
  private readonly memory = new MemoryQueue(MEMORY_BYTES);
  private settled = new RangeSet();
  private nextSeq = 1;
  private dropped = 0;
  private damaged = 0;
  private diskError: string | null = null;
  private diskFailedMs = Number.NEGATIVE_INFINITY;
  private markChanged = false;
  private markedMs = Number.NEGATIVE_INFINITY;
  private readFailures = 0;
  /** Damaged segments already reported; they are read again until their intact samples are delivered. */
  private readonly setAside = new WeakSet<Segment>();
  private cache: { segment: Segment; bytes: number; samples: SpooledSample[] } | null = null;

  constructor(private readonly options: SpoolOptions) {
    this.files = new SegmentFolder(options.folder);
  }

  /** Loads what an earlier run left. */
  open(): void {
    const { clock } = this.options;
    this.tryDisk(() => {
      const mark = readMark(this.markPath);
      this.segments = this.files.open(clock.wallMs(), clock.monotonicMs());
      this.settled = mark.settled;
      const after = this.seqAfterLastSegment();
      this.nextSeq = Math.max(mark.next, after.next);
      // Samples that were only in the memory of an earlier run are lost.
      if (this.segments.length > 0) this.settled.add(after.known, this.nextSeq - 1);
      const first = this.segments[0]?.firstSeq ?? this.nextSeq;
      this.settled.add(0, first - 1);
      this.removeSettledSegments();
    });
    this.enforceBounds();
    this.markedMs = clock.monotonicMs();
  }

  /** Adds a sample; returns its sequence number. */
  append(json: string): number {
    const sample = { seq: this.nextSeq, json };
    this.nextSeq += 1;
    if (!this.mayUseDisk() || !this.flushMemory() || !this.write(sample)) this.keepInMemory(sample);
    this.enforceBounds();
    return sample.seq;
  }

  /**
   * The oldest unsettled samples with numbers below `before`, in order, within both limits;
   * only those for which `wanted` is true.
   */
  backlog(
    limit: number,
    maxBytes: number,
    before: number,
    wanted: (seq: number) => boolean = () => true,
  ): SpooledSample[] {
    const batch: SpooledSample[] = [];
    let bytes = 0;
    const take = (sample: SpooledSample): boolean => {
      if (sample.seq >= before || batch.length >= limit) return false;
      if (this.settled.has(sample.seq) || !wanted(sample.seq)) return true;
      bytes += sample.json.length;
      if (bytes > maxBytes && batch.length > 0) return false;
      batch.push(sample);
      return true;
    };
    for (const segment of [...this.segments]) {
      if (segment.firstSeq >= before) return batch;
      if (this.isSettled(segment)) continue;
      if (!this.load(segment).every(take)) return batch;
    }
    this.cache = null;
    this.memory.all().every(take);
    return batch;
  }

  /** The server has stored these samples or will never accept them: they are not sent again. */
  settle(samples: readonly SpooledSample[]): void {
    for (const { seq } of samples) this.settled.add(seq, seq);
    this.markChanged = true;
    this.memory.retain(({ seq }) => !this.settled.has(seq));
    if (this.segments.length > 1) this.tryDisk(() => this.removeSettledSegments());
  }

  /** The number of the oldest unsettled sample; the next free one if there is none. */
  get oldestPending(): number {
    return Math.min(this.settled.base, this.nextSeq);
  }

  /** Number of unsettled samples below `before`. */
  pendingBelow(before = this.nextSeq): number {
    const from = this.settled.base;
    return Math.max(0, before - from - this.settled.count(from, before - 1));
  }

  /** To be called regularly: writes the mark, drops what is too old, retries a failing disk. */
  maintain(): void {
    this.enforceBounds();
    if (this.memory.count > 0 && this.mayUseDisk()) this.flushMemory();
    const nowMs = this.options.clock.monotonicMs();
    if (this.markChanged && nowMs - this.markedMs >= MARK_EVERY_MS) this.writeMark(false);
  }

  /** Writes everything to disk, including the mark. */
  close(): void {
    this.flushMemory();
    this.writeMark(true);
    this.tryDisk(() => this.files.seal(true));
  }

  stats(): SpoolStats {
    return {
      pending: this.pendingBelow(),
      bytes: this.diskBytes() + this.memory.bytes,
      inMemory: this.memory.count,
      dropped: this.dropped,
      damaged: this.damaged,
      diskError: this.diskError,
    };
  }

  private get markPath(): string {
    return join(this.options.folder, 'mark.json');
  }

  /** Runs a file operation; after a failure, which is reported once, the disk is not used for a while. */
  private tryDisk(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (this.diskError === null) {
        this.options.log.warn(
          `cannot keep samples in ${this.options.folder}: ${errorMessage(error)}; ` +
            `going on in memory, with room for ${formatSize(MEMORY_BYTES)}`,
        );
      }
      this.diskError = errorMessage(error);
      this.diskFailedMs = this.options.clock.monotonicMs();
      return false;
    }
  }

  private mayUseDisk(): boolean {
    if (this.diskError === null) return true;
    return this.options.clock.monotonicMs() - this.diskFailedMs >= DISK_RETRY_MS;
  }

  private write(sample: SpooledSample): boolean {
    return this.tryDisk(() => {
      const line = encodeRecord(sample);
      const newest = this.segments.at(-1);
      if (newest && this.files.isActive(newest) && newest.bytes + line.length > this.segmentBytes) {
        this.files.seal();
        this.removeSettledSegments();
      }
      const segment = this.files.append(line, sample.seq, this.options.clock.monotonicMs());
      if (this.segments.at(-1) !== segment) this.segments.push(segment);
      if (this.diskError === null) return;
      this.diskError = null;
      this.options.log.info(`undelivered samples are kept in ${this.options.folder} again`);
    });
  }

  private get segmentBytes(): number {
    return Math.min(SEGMENT_BYTES, this.options.maxBytes / 8);
  }

  private keepInMemory(sample: SpooledSample): void {
    for (const { seq } of this.memory.push(sample)) this.discard(seq, seq);
  }

  /** Writes the samples in memory to disk; false if the disk still fails. */
  private flushMemory(): boolean {
    for (let oldest = this.memory.oldest; oldest; oldest = this.memory.oldest) {
      if (!this.write(oldest)) return false;
      this.memory.shift();
    }
    return true;
  }

  private diskBytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private enforceBounds(): void {
    const nowMs = this.options.clock.monotonicMs();
    let bytes = this.diskBytes();
    while (this.segments.length > 0) {
      const oldest = this.segments[0];
      if (!oldest) return;
      const tooOld = nowMs - oldest.newestMs > this.options.maxAgeMs;
      if (bytes <= this.options.maxBytes && !tooOld) return;
      const last = this.lastSeqOf(oldest);
      if (!this.tryDisk(() => this.files.remove(oldest))) return;
      this.segments.shift();
      bytes -= oldest.bytes;
      this.discard(oldest.firstSeq, last);
    }
  }

  private discard(from: number, to: number): void {
    const lost = to - from + 1 - this.settled.count(from, to);
    this.settled.add(from, to);
    this.markChanged = true;
    if (lost === 0) return;
    this.dropped += lost;
    this.options.log.warn('the oldest undelivered samples are given up: the spool is full');
  }

  private lastSeqOf(segment: Segment): number {
    const next = this.segments[this.segments.indexOf(segment) + 1];
    return (next?.firstSeq ?? this.memory.oldest?.seq ?? this.nextSeq) - 1;
  }

  private isSettled(segment: Segment): boolean {
    const last = this.lastSeqOf(segment);
    return this.settled.count(segment.firstSeq, last) === last - segment.firstSeq + 1;
  }

  private removeSettledSegments(): void {
    const kept: Segment[] = [];
    for (const segment of this.segments) {
      if (!this.files.isActive(segment) && this.isSettled(segment)) this.files.remove(segment);
      else kept.push(segment);
    }
    this.segments = kept;
  }

  /** All intact samples of a segment. Those missing from its range of numbers are lost. */
  private load(segment: Segment): SpooledSample[] {
    if (this.cache?.segment === segment && this.cache.bytes === segment.bytes) {
      return this.cache.samples;
    }
    const last = this.lastSeqOf(segment);
    let samples: SpooledSample[] | null = null;
    this.tryDisk(() => {
      samples = this.decode(segment, last);
    });
    if (samples === null) return this.unreadable(segment, last);
    this.cache = { segment, bytes: segment.bytes, samples };
    return samples;
  }

  private decode(segment: Segment, last: number): SpooledSample[] {
    const decoded = decodeSegment(this.files.read(segment));
    const samples = decoded.samples.filter(({ seq }) => seq >= segment.firstSeq && seq <= last);
    if (decoded.damaged > 0 && !this.setAside.has(segment)) {
      this.setAside.add(segment);
      this.damaged += decoded.damaged;
      const copy = this.files.setAside(segment);
      this.options.log.warn(`${decoded.damaged} damaged samples are set aside in ${copy}`);
    }
    const present = new Set(samples.map(({ seq }) => seq));
    for (let seq = segment.firstSeq; seq <= last; seq += 1) {
      if (!present.has(seq)) this.settled.add(seq, seq);
    }
    return samples;
  }

  /** A file that repeatedly cannot be read must not block the others forever. */
  private unreadable(segment: Segment, last: number): SpooledSample[] {
    this.readFailures += 1;
    if (this.readFailures >= READ_ATTEMPTS) {
      this.readFailures = 0;
      this.damaged += last - segment.firstSeq + 1 - this.settled.count(segment.firstSeq, last);
      this.settled.add(segment.firstSeq, last);
    }
    return [];
  }

  /** The number after the last readable sample, and the next one that is certainly unused. */
  private seqAfterLastSegment(): { known: number; next: number } {
    const last = this.segments.at(-1);
    if (!last) return { known: 1, next: 1 };
    const { samples, damaged } = decodeSegment(this.files.read(last));
    const known = samples.reduce((high, { seq }) => Math.max(high, seq + 1), last.firstSeq);
    return { known, next: known + (damaged > 0 ? UNSURE_GAP : 0) };
  }

  private writeMark(durable: boolean): void {
    const mark = { next: this.nextSeq, settled: this.settled };
    this.markedMs = this.options.clock.monotonicMs();
    if (this.tryDisk(() => writeMark(this.markPath, mark, durable))) this.markChanged = false;
  }
}
