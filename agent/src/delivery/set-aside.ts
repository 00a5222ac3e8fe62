/** Samples on which the server fails: kept apart from the others and retried later. */
import type { SpooledSample } from './spool/record.js';

/** The first failure may be the server's own trouble, so the first retry comes soon. */
const DOUBT_MS = 30_000;
const FIRST_RETURN_MS = 60_000;
const LONGEST_RETURN_MS = 60 * 60_000;

interface Entry {
  /** How often the server failed on this sample alone while it accepted others. */
  failures: number;
  /** How many samples the server had accepted at the last failure that counted. */
  taken: number;
  /** Monotonic time of the next retry. */
  dueMs: number;
}

/** Kept in memory only: the samples themselves stay in the spool. */
export class SetAside {
  private readonly entries = new Map<number, Entry>();

  /** All samples set aside, whether they are confirmed or only suspected to be at fault. */
  get size(): number {
    return this.entries.size;
  }

  /** Samples on which the server failed again after it had accepted others. */
  get confirmed(): number {
    let count = 0;
    for (const seq of this.entries.keys()) if (this.isConfirmed(seq)) count += 1;
    return count;
  }

  has(seq: number): boolean {
    return this.entries.has(seq);
  }

  isConfirmed(seq: number): boolean {
    return (this.entries.get(seq)?.failures ?? 0) > 1;
  }

  /**
   * The server failed on this sample alone. `taken` is the number of samples it has accepted so far: if it
   * has accepted none since the last failure, the server is at fault, not the sample. `random` is in [0, 1).
   */
  failed(seq: number, taken: number, nowMs: number, random: number): void {
    const known = this.entries.get(seq);
    const counts = known === undefined || known.taken !== taken;
    const failures = (known?.failures ?? 0) + (counts ? 1 : 0);
    const waitMs =
      failures < 2
        ? DOUBT_MS
        : Math.min(LONGEST_RETURN_MS, FIRST_RETURN_MS * 2 ** Math.min(failures - 2, 10));
    this.entries.set(seq, { failures, taken, dueMs: nowMs + waitMs * (0.75 + random / 2) });
  }

  /** These samples are settled. If one of them had been set aside, the others are retried at once. */
  settled(samples: readonly SpooledSample[], nowMs: number): void {
    let mended = false;
    for (const { seq } of samples) mended = this.entries.delete(seq) || mended;
    if (!mended) return;
    for (const entry of this.entries.values()) entry.dueMs = Math.min(entry.dueMs, nowMs);
  }

  /** Forgets all samples below `seq`, which the spool has dropped. */
  forgetBelow(seq: number): void {
    for (const known of this.entries.keys()) if (known < seq) this.entries.delete(known);
  }

  /** Forgets samples that the spool no longer holds. */
  forget(seqs: Iterable<number>): void {
    for (const seq of seqs) this.entries.delete(seq);
  }

  /** Up to `limit` samples that are due, the longest overdue first. */
  due(limit: number, nowMs: number): Set<number> {
    const due = [...this.entries].filter(([, { dueMs }]) => dueMs <= nowMs);
    due.sort(([, a], [, b]) => a.dueMs - b.dueMs);
    return new Set(due.slice(0, limit).map(([seq]) => seq));
  }

  /** Monotonic time of the next retry; infinite if nothing is set aside. */
  nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.entries.values()) nextMs = Math.min(nextMs, dueMs);
    return nextMs;
  }
}
