/** Samples on which the server fails, out of the way of the others until it is their turn again. */
import type { SpooledSample } from './spool/record.js';

/** A sample that failed once may have met a server in trouble: it is tried again this soon. */
const DOUBT_MS = 30_000;
const FIRST_RETURN_MS = 60_000;
const LONGEST_RETURN_MS = 60 * 60_000;

interface Entry {
  /** How often the server failed on it alone while it took others. */
  failures: number;
  /** How many samples the server had taken by the last failure that counted. */
  taken: number;
  /** Monotonic time from which it is tried again. */
  dueMs: number;
}

/** Kept in memory only: the samples themselves stay in the spool. */
export class SetAside {
  private readonly entries = new Map<number, Entry>();

  /** All samples that wait for their turn, whether they are at fault or only suspected. */
  get size(): number {
    return this.entries.size;
  }

  /** Samples on which the server failed again after it had taken others. */
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
   * The server failed on this sample alone. `taken` counts what it took so far: a failure since which
   * it took nothing else speaks of the server, not of the sample. `random` is in [0, 1).
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

  /** The server took these, or never will. If it failed on one of them before, the others are due. */
  settled(samples: readonly SpooledSample[], nowMs: number): void {
    let mended = false;
    for (const { seq } of samples) mended = this.entries.delete(seq) || mended;
    if (!mended) return;
    for (const entry of this.entries.values()) entry.dueMs = Math.min(entry.dueMs, nowMs);
  }

  /** Forgets all below `seq`, which the spool has given up. */
  forgetBelow(seq: number): void {
    for (const known of this.entries.keys()) if (known < seq) this.entries.delete(known);
  }

  /** Forgets samples that the spool does not hold any more. */
  forget(seqs: Iterable<number>): void {
    for (const seq of seqs) this.entries.delete(seq);
  }

  /** Up to `limit` of those whose turn it is, the longest due first. */
  due(limit: number, nowMs: number): Set<number> {
    const due = [...this.entries].filter(([, { dueMs }]) => dueMs <= nowMs);
    due.sort(([, a], [, b]) => a.dueMs - b.dueMs);
    return new Set(due.slice(0, limit).map(([seq]) => seq));
  }

  /** Monotonic time of the next turn; infinite if there is none. */
  nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.entries.values()) nextMs = Math.min(nextMs, dueMs);
    return nextMs;
  }
}
