/** Time that stands still until a test moves it. */
import type { Clock, Schedule } from '../shared/clock.js';

/** A clock and its timers. Wall time may be set apart from monotonic time. */
export class FakeTime {
  private nowMs = 0;
  private offsetMs: number;
  private timers: { atMs: number; run: () => void }[] = [];

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.offsetMs = wallMs;
  }

  readonly clock: Clock = {
    wallMs: () => this.offsetMs + this.nowMs,
    monotonicMs: () => this.nowMs,
  };

  readonly schedule: Schedule = (run, delayMs) => {
    const timer = { atMs: this.nowMs + Math.max(0, delayMs), run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  /** Sets the wall clock by so much. */
  setWall(byMs: number): void {
    this.offsetMs += byMs;
  }

  /** Lets time pass, timer by timer; `settle` waits for what each of them started. */
  async pass(ms: number, settle: () => Promise<void> = settleTasks): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settle();
      const due = this.timers.filter(({ atMs }) => atMs <= endMs);
      const next = due.sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.nowMs = endMs;
    await settle();
  }
}

/** Lets promises and immediate callbacks run to their end. */
export async function settleTasks(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
