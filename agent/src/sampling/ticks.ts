/** Decides when samples are taken: at multiples of the interval, even if clocks are changed. */
import type { Clock, Schedule } from '../shared/clock.js';

/**
 * Rates need two readings, at least this far apart in milliseconds for the first sample to have
 * them.
 */
const FIRST_GAP_MS = 500;
/**
 * With longer intervals, the first sample is taken after this time instead of at the next multiple.
 */
const LONGEST_FIRST_WAIT_MS = 5_000;
const EARLY_FIRST_TICK_MS = 1_000;

/** A tick that is later than this gets its actual time as its timestamp. */
const TOLERATED_LATENESS_MS = 100;

/**
 * Plans ticks on the wall clock, so that all machines sample at the same time, and gives each tick
 * a unique timestamp: the server accepts one sample per machine and timestamp.
 */
export class TickPlan {
  private lastStamp = Number.NEGATIVE_INFINITY;
  /**
   * Offset from the multiples in milliseconds; grows when the clock is set back over timestamps
   * already used.
   */
  private phase = 0;

  constructor(private readonly intervalMs: number) {}

  /** Milliseconds from `wallMs` to the next tick, at least `notBeforeMs`. */
  delay(wallMs: number, notBeforeMs = 0): number {
    const earliest = wallMs + notBeforeMs;
    let next = this.gridPointAfter(earliest);
    // After a small step back, the same multiple comes again and is skipped.
    while (next <= this.lastStamp && next - wallMs <= this.intervalMs) next += this.intervalMs;
    return next - wallMs;
  }

  /** The timestamp of a tick at `wallMs`; `null` if the tick is to be skipped. */
  stamp(wallMs: number): number | null {
    const nearest =
      Math.round((wallMs - this.phase) / this.intervalMs) * this.intervalMs + this.phase;
    let stamp = Math.abs(wallMs - nearest) <= this.tolerance() ? nearest : Math.round(wallMs);
    if (stamp <= this.lastStamp) {
      if (this.lastStamp - stamp < this.intervalMs) return null;
      this.phase = (this.phase + 1) % this.intervalMs;
      stamp += 1;
    }
    this.lastStamp = stamp;
    return stamp;
  }

  private tolerance(): number {
    return Math.min(TOLERATED_LATENESS_MS, this.intervalMs / 4);
  }

  private gridPointAfter(wallMs: number): number {
    const steps = Math.floor((wallMs - this.phase) / this.intervalMs) + 1;
    return steps * this.intervalMs + this.phase;
  }
}

export interface TickerParts {
  clock: Clock;
  schedule: Schedule;
  intervalMs: number;
}

/** Calls back at every tick with its timestamp until it is stopped. */
export class Ticker {
  private readonly plan: TickPlan;
  private onTick: (stamp: number) => void = () => undefined;
  private cancel: (() => void) | null = null;

  constructor(private readonly parts: TickerParts) {
    this.plan = new TickPlan(parts.intervalMs);
  }

  /** Plans the first tick, or the next one after `stop`. */
  start(onTick: (stamp: number) => void): void {
    this.onTick = onTick;
    const { intervalMs, schedule } = this.parts;
    // A new machine appears within seconds, however long its interval is.
    if (intervalMs > LONGEST_FIRST_WAIT_MS) {
      this.cancel = schedule(() => this.tick(), EARLY_FIRST_TICK_MS);
    } else this.planNext(Math.min(FIRST_GAP_MS, intervalMs / 2));
  }

  /** Plans no more ticks. */
  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private planNext(notBeforeMs = 0): void {
    const delay = this.plan.delay(this.parts.clock.wallMs(), notBeforeMs);
    this.cancel = this.parts.schedule(() => this.tick(), delay);
  }

  private tick(): void {
    // A timer may fire a millisecond early; the timestamp is still the planned one.
    const stamp = this.plan.stamp(this.parts.clock.wallMs());
    // The next tick is planned even if this one fails.
    try {
      if (stamp !== null) this.onTick(stamp);
    } finally {
      if (this.cancel) this.planNext();
    }
  }
}
