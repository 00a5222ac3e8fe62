/** A machine that has announced its sleep, and when it is awake again. */
import type { Clock } from '../shared/clock.js';

/** A machine that is still awake after this long does not go to sleep any more. */
const CANCELLED_MS = 60_000;
/** The monotonic clock stands still while a machine sleeps; the other one goes on. */
const SLEPT_MS = 3_000;

/** From the announcement on. */
export class AnnouncedSleep {
  private readonly wallMs: number;
  private readonly monotonicMs: number;

  constructor(private readonly clock: Clock) {
    this.wallMs = clock.wallMs();
    this.monotonicMs = clock.monotonicMs();
  }

  /** True once the machine has slept, or has not gone to sleep after all. */
  isOver(): boolean {
    const awakeMs = this.clock.monotonicMs() - this.monotonicMs;
    const sleptMs = this.clock.wallMs() - this.wallMs - awakeMs;
    return awakeMs >= CANCELLED_MS || sleptMs >= SLEPT_MS;
  }
}
