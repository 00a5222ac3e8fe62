/** Times for samples that bring none: the time of receipt, never the same twice for a machine. */

/** Gives each machine strictly increasing times, so that two pushes in one millisecond both count. */
export class ArrivalTimes {
  /** One number for each machine that is known. */
  private readonly last = new Map<number, number>();

  /** `now`, or the first millisecond after the machine's last one. */
  next(machineKey: number, now: number): number {
    const time = Math.max(now, (this.last.get(machineKey) ?? 0) + 1);
    this.last.set(machineKey, time);
    return time;
  }
}
