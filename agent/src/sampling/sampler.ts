/** Takes a sample at every tick and passes it on. */
import type { ProcessEvidence } from '../../../src/contracts/index.js';
import type { Clock } from '../shared/clock.js';
import { errorMessage } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import type { Reading } from './collectors/collector.js';
import type { CollectorRunner } from './collectors/runner.js';
import { assembleSample, type LocalSample } from './sample.js';
import type { Ticker } from './ticks.js';

/** A collector that takes longer than this is left out of the sample. */
const LONGEST_WAIT_MS = 5_000;

/** Reads the top processes, unless the settings disable it. */
export interface EvidenceSource {
  /** True while the server requests them. */
  isWanted(wallMs: number): boolean;
  read(nowMs: number): Promise<ProcessEvidence[]> | ProcessEvidence[];
}

export interface SamplerParts {
  clock: Clock;
  ticker: Ticker;
  runners: readonly CollectorRunner[];
  intervalMs: number;
  log: Log;
  evidence?: EvidenceSource;
  /** Called with each sample. */
  onSample(sample: LocalSample): void;
}

/** Takes one sample at a time: a tick during an unfinished sample is skipped. */
export class Sampler {
  /** The number of skipped ticks. */
  overruns = 0;
  /** The number of ticks at which a sample was taken. */
  ticks = 0;
  private busy = false;
  private stopped = false;

  constructor(private readonly parts: SamplerParts) {}

  /** Reads the counters once, so that the first sample has rates, and starts the ticks. */
  start(): void {
    void this.readAll(this.parts.clock.monotonicMs()).catch((error: unknown) => this.report(error));
    this.resume();
  }

  /** Takes no samples until `resume`. */
  pause(): void {
    this.parts.ticker.stop();
  }

  /** Takes samples again. */
  resume(): void {
    this.parts.ticker.start((stamp) => this.onTick(stamp));
  }

  /** Takes no more samples and closes the collectors. */
  stop(): void {
    this.stopped = true;
    this.parts.ticker.stop();
    for (const runner of this.parts.runners) runner.close();
  }

  private onTick(stamp: number): void {
    if (this.busy) {
      this.overruns += 1;
      return;
    }
    this.busy = true;
    this.take(stamp, this.parts.clock.monotonicMs())
      .catch((error: unknown) => this.report(error))
      .finally(() => {
        this.busy = false;
      });
  }

  private async take(stamp: number, nowMs: number): Promise<void> {
    this.ticks += 1;
    const sample = assembleSample(stamp, await this.readAll(nowMs));
    await this.addEvidence(sample, nowMs);
    if (this.stopped) return;
    this.parts.onSample(sample);
    this.parts.log.debug(`sample taken: ${sample.timestamp}`);
  }

  private async addEvidence(sample: LocalSample, nowMs: number): Promise<void> {
    const { evidence, clock, log } = this.parts;
    if (!evidence?.isWanted(clock.wallMs())) return;
    try {
      sample.evidence = await evidence.read(nowMs);
    } catch (error) {
      log.warn(`the top processes could not be read: ${errorMessage(error)}`);
    }
  }

  private async readAll(nowMs: number): Promise<Reading[]> {
    const timeoutMs = Math.min(LONGEST_WAIT_MS, Math.ceil(this.parts.intervalMs * 0.8));
    const readings = this.parts.runners.map((runner) => runner.read(nowMs, timeoutMs));
    // Most ticks only read files, synchronously.
    if (!readings.some((reading) => reading instanceof Promise)) return readings as Reading[];
    return Promise.all(readings);
  }

  private report(error: unknown): void {
    this.parts.log.error(`a sample could not be taken: ${errorMessage(error)}`);
  }
}
