/** Notices when a machine that announced its sleep is awake again. */
import type { Clock } from '../shared/clock.js';

/** A machine that is still awake after this time has cancelled its sleep. */
const CANCELLED_MS = 60_000;
/** The monotonic clock stops while a machine sleeps, the wall clock does not: this difference is a sleep. */
const SLEPT_MS = 3_000;

/** One sleep, created when it is announced. */
export class AnnouncedSleep {
  private readonly wallMs: number;
  private readonly monotonicMs: number;

  constructor(private readonly clock: Clock) {
    this.wallMs = clock.wallMs();
    this.monotonicMs = clock.monotonicMs();
  }

  /** True once the machine has slept, or did not go to sleep after all. */
  isOver(): boolean {
    const awakeMs = this.clock.monotonicMs() - this.monotonicMs;
    const sleptMs = this.clock.wallMs() - this.wallMs - awakeMs;
    return awakeMs >= CANCELLED_MS || sleptMs >= SLEPT_MS;
  }
}
