/** When samples are taken: at whole multiples of the interval, whatever the clocks do. */

/** A tick later than this is stamped with the time it really took place. */
const TOLERATED_LATENESS_MS = 100;

/**
 * Plans ticks on the wall clock, so that all machines sample together, and stamps each tick with
 * a time that was never used before: the server takes one sample per machine and time.
 */
export class TickPlan {
  private lastStamp = Number.NEGATIVE_INFINITY;
  /** Milliseconds off the grid; grows whenever the clock was set back over stamps already used. */
  private phase = 0;

  constructor(private readonly intervalMs: number) {}

  /** Milliseconds from `wallMs` to the next tick, at least `notBeforeMs`. */
  delay(wallMs: number, notBeforeMs = 0): number {
    const earliest = wallMs + notBeforeMs;
    let next = this.gridPointAfter(earliest);
    // After a small step back the same grid point comes again: it is passed over.
    while (next <= this.lastStamp && next - wallMs <= this.intervalMs) next += this.intervalMs;
    return next - wallMs;
  }

  /** The stamp of a tick that takes place at `wallMs`; `null` if it is to be passed over. */
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
