/** How long to wait after failures: exponential backoff with jitter. */

import { LONGEST_BACKOFF_MS } from '../../../src/contracts/index.js';

const FIRST_MS = 1_000;

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1). `random` is in [0, 1).
 * A delay that the server asks for is kept, with up to a tenth added at random.
 */
export function backoffMs(failures: number, random: number, requestedMs?: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  const own = ceiling * (0.5 + random / 2);
  return Math.round(
    requestedMs === undefined ? own : Math.max(requestedMs * (1 + random / 10), own / 4),
  );
}
