/** A wait that can be cut short. */
import type { Schedule } from './clock.js';

/** Serves one waiter at a time. */
export class InterruptibleTimer {
  private finish: (() => void) | null = null;

  constructor(private readonly schedule: Schedule) {}

  /** Resolves after `ms`, or as soon as `interrupt` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        this.finish = null;
        cancel();
        resolve();
      };
      // Longer waits would overflow the timer.
      const cancel = this.schedule(finish, Math.min(ms, 2 ** 31 - 1));
      this.finish = finish;
    });
  }

  /** Ends the present wait, if there is one. */
  interrupt(): void {
    this.finish?.();
  }
}
