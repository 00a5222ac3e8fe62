/** Long computations beside requests, on one event loop. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const { min } = Math;

/** Work of less is not worth an interruption. */
const TURN_MS = 1;
/** The rest after a turn beside others, as a multiple of the turn. */
const REST = 4;
const LONGEST_REST_MS = 25;
/** Share of a rest that others use, on average, if they have work to speak of: a few hundred requests a second. */
const BUSY = 0.05;
/** Weight of the last rest in the average: a rest alone is short, and requests come in bursts. */
const WEIGHT = 0.1;
/** While others are idle, it is looked again after so long. */
const LOOK_EVERY_MS = 50;

/** What was seen of others, by all computations of this process: they share one event loop. */
const others = { share: 0, seenAt: Number.NEGATIVE_INFINITY };

/**
 * Divides a computation into turns of about a millisecond. While others are busy it rests between them, four times as
 * long as it worked: a request hardly ever waits for more than one turn.
 */
export class Pace {
  private startedAt = performance.now();

  /** `restless`: for work that must not fall further behind; others still have their turns. */
  constructor(private readonly restless = false) {}

  /** To be awaited wherever the computation may pause; it mostly answers at once. */
  async pause(): Promise<void> {
    const pausedAt = performance.now();
    const worked = pausedAt - this.startedAt;
    if (worked < TURN_MS) {
      return;
    }
    const isQuiet = others.share < BUSY && pausedAt < others.seenAt + LOOK_EVERY_MS;
    if (this.restless || isQuiet) {
      await nextTurn();
    } else {
      const before = performance.eventLoopUtilization();
      await sleep(min(LONGEST_REST_MS, REST * worked));
      const { utilization } = performance.eventLoopUtilization(before);
      others.share += WEIGHT * (utilization - others.share);
      others.seenAt = performance.now();
    }
    this.startedAt = performance.now();
  }
}
