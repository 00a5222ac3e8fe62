/** Work that a process repeats for as long as it lives. */
import { Logger } from '@nestjs/common';
import { SingleFlight } from './single-flight.js';

/** What to repeat, and how. */
export interface PeriodicTaskOptions {
  /** Names the task in the log. */
  name: string;
  /** From the start of one run to the start of the next, in milliseconds. */
  everyMs: number;
  /** Shortens each wait by a random share of up to this (0 to 1), so that replicas do not keep step. */
  jitter?: number;
  run(): Promise<unknown>;
}

/**
 * Repeats a task, never two runs at once: a run that takes longer than `everyMs` skips a turn. A
 * failure is logged once until a run succeeds again, and the next run tries again. The timer does not
 * keep the process alive.
 */
export class PeriodicTask {
  private readonly logger: Logger;
  private readonly flight: SingleFlight<void>;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failing = false;

  constructor(private readonly options: PeriodicTaskOptions) {
    this.logger = new Logger(options.name);
    this.flight = new SingleFlight(() => this.runOnce());
  }

  /** Waits for the first time before the first run. */
  start(): this {
    const { everyMs, jitter = 0 } = this.options;
    this.timer = setTimeout(
      () => {
        this.start();
        void this.flight.run();
      },
      everyMs * (1 - jitter * Math.random()),
    ).unref();
    return this;
  }

  /** Starts no further run; resolves once the last one has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.flight.settled();
  }

  private async runOnce(): Promise<void> {
    try {
      await this.options.run();
      this.failing = false;
    } catch (error) {
      if (!this.failing && !this.stopped) {
        this.logger.warn(`${(error as Error).message}; will be tried again`);
      }
      this.failing = true;
    }
  }
}
