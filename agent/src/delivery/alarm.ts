/** A wait that can be cut short. */
import type { Schedule } from '../shared/clock.js';

/** One sleeper at a time. */
export class Alarm {
  private ring: (() => void) | null = null;

  constructor(private readonly schedule: Schedule) {}

  /** Resolves after `ms`, or as soon as `wake` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.ring = null;
        cancel();
        resolve();
      };
      // Longer waits would overflow the timer.
      const cancel = this.schedule(done, Math.min(ms, 2 ** 31 - 1));
      this.ring = done;
    });
  }

  /** Ends the present wait, if there is one. */
  wake(): void {
    this.ring?.();
  }
}
