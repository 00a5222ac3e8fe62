/** Takes a sample at every tick and hands it on. */
import type { ProcessEvidence } from '../../../src/contracts/index.js';
import type { Clock, Schedule } from '../shared/clock.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import type { Reading } from './collectors/collector.js';
import type { CollectorRunner } from './collectors/runner.js';
import { assembleSample, type LocalSample } from './sample.js';
import { TickPlan } from './ticks.js';

/** Rates need two readings; this much time between them makes the first sample worth having. */
const FIRST_GAP_MS = 500;
/** With longer intervals the first sample does not wait for its place in the grid. */
const PATIENCE_MS = 5_000;
const FIRST_SIGN_MS = 1_000;
/** A collector that takes longer than this is left out of the tick. */
const LONGEST_WAIT_MS = 5_000;

/** Reads top processes; present only where the agent may. */
export interface EvidenceSource {
  /** True while the server wants evidence. */
  wanted(wallMs: number): boolean;
  read(nowMs: number): Promise<ProcessEvidence[]> | ProcessEvidence[];
}

/** What a sampler works with. */
export interface SamplerParts {
  clock: Clock;
  schedule: Schedule;
  runners: readonly CollectorRunner[];
  intervalMs: number;
  log: Log;
  evidence?: EvidenceSource;
  /** Takes the finished sample. */
  deliver(sample: LocalSample): void;
}

/** Ticks that are aligned, do not drift and never pile up. */
export class Sampler {
  /** Ticks at which the one before was not yet done. */
  overruns = 0;
  /** Ticks taken. */
  ticks = 0;
  private readonly plan: TickPlan;
  private cancel: (() => void) | null = null;
  private busy = false;
  private stopped = false;

  constructor(private readonly parts: SamplerParts) {
    this.plan = new TickPlan(parts.intervalMs);
  }

  /** Reads once, for the counters, and plans the first tick. */
  start(): void {
    void this.readAll(this.parts.clock.monotonicMs()).catch((error: unknown) => this.report(error));
    this.resume();
  }

  /** Takes no samples until `resume`. */
  pause(): void {
    this.cancel?.();
  }

  /** Plans the next tick. */
  resume(): void {
    const { intervalMs, schedule } = this.parts;
    // Nobody wants to wait minutes for the first sign of a machine.
    if (intervalMs > PATIENCE_MS) this.cancel = schedule(() => this.tick(), FIRST_SIGN_MS);
    else this.next(Math.min(FIRST_GAP_MS, intervalMs / 2));
  }

  /** Plans no more ticks and closes the collectors. */
  stop(): void {
    this.stopped = true;
    this.cancel?.();
    for (const runner of this.parts.runners) runner.close();
  }

  private next(notBeforeMs = 0): void {
    if (this.stopped) return;
    const delay = this.plan.delay(this.parts.clock.wallMs(), notBeforeMs);
    this.cancel = this.parts.schedule(() => this.tick(), delay);
  }

  private tick(): void {
    const { clock } = this.parts;
    // A timer may fire a millisecond early; then the grid point is still ahead and stamps all the same.
    const stamp = this.plan.stamp(clock.wallMs());
    if (stamp !== null) {
      if (this.busy) {
        this.overruns += 1;
      } else {
        this.busy = true;
        this.take(stamp, clock.monotonicMs())
          .catch((error: unknown) => this.report(error))
          .finally(() => {
            this.busy = false;
          });
      }
    }
    this.next();
  }

  private async take(stamp: number, nowMs: number): Promise<void> {
    this.ticks += 1;
    const sample = assembleSample(stamp, await this.readAll(nowMs));
    await this.addEvidence(sample, nowMs);
    if (!this.stopped) this.parts.deliver(sample);
  }

  private async addEvidence(sample: LocalSample, nowMs: number): Promise<void> {
    const { evidence, clock, log } = this.parts;
    if (!evidence?.wanted(clock.wallMs())) return;
    try {
      sample.evidence = await evidence.read(nowMs);
    } catch (error) {
      log.warn(`the top processes could not be read: ${errorMessage(error)}`);
    }
  }

  private async readAll(nowMs: number): Promise<Reading[]> {
    const timeoutMs = Math.min(LONGEST_WAIT_MS, Math.ceil(this.parts.intervalMs * 0.8));
    const readings = this.parts.runners.map((runner) => runner.read(nowMs, timeoutMs));
    // Most ticks read files only: nothing to wait for.
    if (!readings.some((reading) => reading instanceof Promise)) return readings as Reading[];
    return Promise.all(readings);
  }

  private report(error: unknown): void {
    this.parts.log.error(`a sample could not be taken: ${errorMessage(error)}`);
  }
}
