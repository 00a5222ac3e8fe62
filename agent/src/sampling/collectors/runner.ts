/** Runs collectors concurrently: one that fails or hangs does not delay the others. */
import { errorMessage, Unavailable } from '../../shared/errors.js';
import type { Collector, Reading } from './collector.js';

/** Statistics of a collector since the start. */
export interface CollectorStats {
  name: string;
  runs: number;
  failures: number;
  /** Ticks at which an earlier run was still in progress. */
  skipped: number;
  /** Wall time of all runs in milliseconds. */
  totalMs: number;
  /**
   * Why the last run failed; `null` if it did not fail, or if there is nothing to read on this
   * machine.
   */
  error: string | null;
}

/** One collector with its last reading and its statistics. */
export class CollectorRunner {
  readonly stats: CollectorStats;
  /** The error of the last run, for `doctor`. */
  lastError: Unavailable | null = null;
  private last: Reading | null = null;
  private lastMs = Number.NEGATIVE_INFINITY;
  private runningSinceMs: number | null = null;

  constructor(readonly collector: Collector) {
    this.stats = {
      name: collector.name,
      runs: 0,
      failures: 0,
      skipped: 0,
      totalMs: 0,
      error: null,
    };
  }

  /** The reading for the tick at `nowMs`. Waits at most `timeoutMs` and never throws. */
  read(nowMs: number, timeoutMs: number): Reading | Promise<Reading> {
    if (this.runningSinceMs !== null) {
      this.stats.skipped += 1;
      const seconds = Math.max(0, Math.round((nowMs - this.runningSinceMs) / 1000));
      return this.without(`still being read, since ${seconds} s`);
    }
    const restMs = this.collector.restMs ?? 0;
    // A tick may be slightly early: a reading that is reused for 10 s ends at the nearest tick.
    if (this.last && nowMs - this.lastMs < restMs - 50) return this.last;

    this.stats.runs += 1;
    const startMs = performance.now();
    try {
      const result = this.collector.collect(nowMs);
      if (!(result instanceof Promise)) {
        return this.succeeded(result, nowMs, startMs);
      }
      return this.wait(result, nowMs, startMs, timeoutMs);
    } catch (error) {
      return this.failed(error, startMs);
    }
  }

  close(): void {
    this.collector.close?.();
  }

  private async wait(
    result: Promise<Reading>,
    nowMs: number,
    startMs: number,
    timeoutMs: number,
  ): Promise<Reading> {
    this.runningSinceMs = nowMs;
    const settled = result.then(
      (reading) => {
        this.runningSinceMs = null;
        return this.succeeded(reading, nowMs, startMs);
      },
      (error: unknown) => {
        this.runningSinceMs = null;
        return this.failed(error, startMs);
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Reading>((resolve) => {
      timer = setTimeout(() => {
        this.stats.skipped += 1;
        resolve(this.without(`not read within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([settled, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private succeeded(reading: Reading, nowMs: number, startMs: number): Reading {
    this.stats.totalMs += performance.now() - startMs;
    this.stats.error = null;
    this.lastError = null;
    this.last = reading;
    this.lastMs = nowMs;
    return reading;
  }

  private failed(error: unknown, startMs: number): Reading {
    this.stats.totalMs += performance.now() - startMs;
    this.stats.failures += 1;
    this.lastError =
      error instanceof Unavailable ? error : new Unavailable('failed', errorMessage(error));
    const { kind, message } = this.lastError;
    this.stats.error = kind === 'not_on_this_machine' || kind === 'not_yet' ? null : message;
    this.last = null;
    return this.without(this.lastError.message);
  }

  private without(reason: string): Reading {
    const reading: Reading = { metrics: {}, missing: {} };
    for (const name of this.collector.provides) {
      reading.metrics = { ...reading.metrics, [name]: null };
      reading.missing = { ...reading.missing, [name]: reason };
    }
    return reading;
  }
}
