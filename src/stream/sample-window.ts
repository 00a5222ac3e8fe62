/** Gathers what is to be streamed until the next tick. Bounded, and time only goes forward. */
import type { Sample } from '../domain-events/event-map.js';

/** Samples kept of one machine; of more, the newest. */
const MAX_PER_MACHINE = 50;
/** Samples kept of all machines. */
const MAX_TOTAL = 20_000;

/** Samples of the machines that came in since the last tick. */
export class SampleWindow {
  private pending = new Map<string, Sample[]>();
  /** Timestamp of the newest sample that was taken in, by machine. */
  private readonly newest = new Map<string, number>();
  private count = 0;
  /** Samples that were left out since the start because too many came at once. */
  dropped = 0;

  get empty(): boolean {
    return this.count === 0;
  }

  /** Adds a sample, unless one as new was streamed already. */
  add(sample: Sample): void {
    const { machine_id, timestamp } = sample;
    if (!this.tryAdvance(machine_id, timestamp)) {
      return;
    }
    const list = this.pending.get(machine_id);
    if (list && list.length >= MAX_PER_MACHINE) {
      list.shift();
      list.push(sample);
      this.dropped++;
    } else if (this.count >= MAX_TOTAL && list === undefined) {
      this.dropped++;
    } else if (this.count >= MAX_TOTAL && list) {
      list[list.length - 1] = sample;
      this.dropped++;
    } else {
      this.count++;
      if (list) {
        list.push(sample);
      } else {
        this.pending.set(machine_id, [sample]);
      }
    }
  }

  /** Notes that a sample of that time is streamed; false if one as new was before. */
  tryAdvance(machine_id: string, timestamp: number): boolean {
    const newest = this.newest.get(machine_id);
    if (newest !== undefined && timestamp <= newest) {
      return false;
    }
    this.newest.set(machine_id, timestamp);
    return true;
  }

  /** Hands out what has gathered, by machine, oldest first. */
  take(): Map<string, Sample[]> {
    const taken = this.pending;
    this.pending = new Map();
    this.count = 0;
    return taken;
  }

  /** Forgets a machine that was deleted. */
  forget(machine_id: string): void {
    this.newest.delete(machine_id);
    this.count -= this.pending.get(machine_id)?.length ?? 0;
    this.pending.delete(machine_id);
  }
}
