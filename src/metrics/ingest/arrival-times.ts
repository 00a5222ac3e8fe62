/** Times for samples that bring none: the time of receipt, never the same twice for a machine. */
import { LRUCache } from 'lru-cache';

/** Machines whose last time is remembered. */
const REMEMBERED_MACHINES = 20_000;

/** Gives each machine strictly increasing times, so that two pushes in one millisecond both count. */
export class ArrivalTimes {
  private readonly last = new LRUCache<number, number>({ max: REMEMBERED_MACHINES });

  /** `now`, or the first millisecond after the machine's last one. */
  next(machine: number, now: number): number {
    const time = Math.max(now, (this.last.get(machine) ?? 0) + 1);
    this.last.set(machine, time);
    return time;
  }
}
