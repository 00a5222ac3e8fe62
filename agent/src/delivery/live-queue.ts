/** The newest samples, which are sent before any backlog. */
import type { Clock } from '../shared/clock.js';
import type { SpooledSample } from './spool/record.js';

/** Maximum number of samples sent together. */
const LONGEST = 50;

/** A short queue. Samples that are no longer fresh are left to the backlog. */
export class LiveQueue {
  private entries: { sample: SpooledSample; takenMs: number }[] = [];
  private readonly freshMs: number;

  constructor(
    private readonly clock: Clock,
    intervalMs: number,
  ) {
    this.freshMs = Math.max(3 * intervalMs, 2_000);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(sample: SpooledSample): void {
    this.entries.push({ sample, takenMs: this.clock.monotonicMs() });
    this.dropStale();
  }

  /** The fresh samples, oldest first; the newest is always among them. */
  fresh(): SpooledSample[] {
    this.dropStale();
    return this.entries.map(({ sample }) => sample);
  }

  /** Removes samples that are settled or left to the backlog; true if there were any. */
  remove(samples: readonly SpooledSample[]): boolean {
    const numbers = new Set(samples.map(({ seq }) => seq));
    const before = this.entries.length;
    this.entries = this.entries.filter(({ sample }) => !numbers.has(sample.seq));
    return this.entries.length < before;
  }

  private dropStale(): void {
    const nowMs = this.clock.monotonicMs();
    const last = this.entries.at(-1);
    this.entries = this.entries
      .slice(-LONGEST)
      .filter((entry) => entry === last || nowMs - entry.takenMs < this.freshMs);
  }
}
