/** Which of the samples that wait in the spool are sent next, and when: a bounded rate, each once. */
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { SetAside } from './set-aside.js';
import type { SpooledSample } from './spool/record.js';
import type { Spool } from './spool/spool.js';

const BATCH_SAMPLES = 200;
const BATCH_BYTES = 512 * 1024;
const PAUSE_MS = 1_000;
/** Pause after another failure of a sample that is set aside. */
const RETURN_PAUSE_MS = 60_000;
/** When to offer samples again that are stamped ahead of the time. */
const AHEAD_RETRY_MS = 10_000;

export interface BacklogParts {
  spool: Spool;
  clock: Clock;
  log: Log;
  random(): number;
}

/** What to do next: send a batch, or wait. */
export type BacklogStep =
  | { kind: 'send'; batch: SpooledSample[] }
  | { kind: 'wait'; waitMs: number };

/** The samples of the spool that are not live. */
export class Backlog {
  private readonly aside = new SetAside();
  /** Maximum size of the next batch: halved when the server fails, doubled when it accepts one. */
  private batchSize = BATCH_SAMPLES;
  private fromMs = Number.NEGATIVE_INFINITY;
  private returnFromMs = Number.NEGATIVE_INFINITY;
  private hadOthers = false;
  private countedAside = 0;

  constructor(private readonly parts: BacklogParts) {}

  /** How many samples are set aside because the server fails on them. */
  get setAside(): number {
    return this.aside.confirmed;
  }

  /** Takes the next batch if it is time. */
  next(nowMs: number): BacklogStep {
    const { spool, random } = this.parts;
    this.aside.forgetBelow(spool.oldestPending);
    this.reportSetAside();
    const others = spool.pendingBelow() > this.aside.size;
    if (!others) {
      this.reportDelivered();
      // Infinite if nothing is set aside: a new sample ends the wait.
      const returnMs = Math.max(this.aside.nextMs(), this.returnFromMs);
      if (returnMs > nowMs) return { kind: 'wait', waitMs: returnMs - nowMs };
    }
    if (nowMs < this.fromMs) return { kind: 'wait', waitMs: this.fromMs - nowMs };
    const batch = others ? this.take((seq) => !this.aside.has(seq)) : this.takeDue(nowMs);
    this.fromMs = nowMs + PAUSE_MS * (0.75 + random() / 2);
    if (batch.length === 0) return { kind: 'wait', waitMs: PAUSE_MS };
    this.hadOthers ||= others;
    return { kind: 'send', batch };
  }

  /** The server accepted `count` samples at once: the next batch may be larger. */
  noteAccepted(count: number): void {
    this.batchSize = Math.min(BATCH_SAMPLES, Math.max(this.batchSize, 2 * count));
  }

  /** Samples are settled: one that was set aside and is taken now brings the others back. */
  noteSettled(samples: readonly SpooledSample[]): void {
    this.aside.settled(samples, this.parts.clock.monotonicMs());
    this.reportSetAside();
  }

  /** Samples that are ahead of the time were put back: waits before it offers them again. */
  postpone(): void {
    this.fromMs = this.parts.clock.monotonicMs() + AHEAD_RETRY_MS;
  }

  /**
   * The server failed on `samples`: halves the next batch, or sets a single one aside. `delivered` counts
   * the samples delivered so far, which shows whether the server takes others.
   */
  suspect(
    samples: readonly SpooledSample[],
    failure: { reason: string; waitMs: number; delivered: number },
  ): void {
    const nowMs = this.parts.clock.monotonicMs();
    this.batchSize = Math.ceil(samples.length / 2);
    this.fromMs = nowMs + failure.waitMs;
    const [first] = samples;
    if (!first || samples.length > 1) return;
    const known = this.aside.isConfirmed(first.seq);
    this.aside.failed(first.seq, failure.delivered, nowMs, this.parts.random());
    if (known) this.returnFromMs = nowMs + RETURN_PAUSE_MS;
    this.reportSetAside(failure.reason);
  }

  private take(wanted: (seq: number) => boolean): SpooledSample[] {
    return this.parts.spool.backlog(this.batchSize, BATCH_BYTES, Number.MAX_SAFE_INTEGER, wanted);
  }

  /** Samples set aside that are due for a retry; only used when nothing else waits. */
  private takeDue(nowMs: number): SpooledSample[] {
    const due = this.aside.due(this.batchSize, nowMs);
    const batch = this.take((seq) => due.has(seq));
    // Damaged or dropped in the meantime.
    if (batch.length === 0) this.aside.forget(due);
    return batch;
  }

  private reportDelivered(): void {
    if (!this.hadOthers) return;
    this.hadOthers = false;
    this.parts.log.info('the backlog is delivered');
  }

  /** Logs when the first sample is set aside, and when none is any more. */
  private reportSetAside(reason = ''): void {
    const before = this.countedAside;
    this.countedAside = this.aside.confirmed;
    if (before === 0 && this.countedAside > 0) {
      this.parts.log.warn(
        `the server fails on some samples: ${reason}; they are set aside and tried again from time to time`,
      );
    }
    if (before > 0 && this.countedAside === 0) {
      this.parts.log.info('no sample is set aside any more');
    }
  }
}
