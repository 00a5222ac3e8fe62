/** How long to wait after failures: twice as long each time, never at the same moment as others. */

import { LONGEST_BACKOFF_MS } from '../../../src/contracts/index.js';

const FIRST_MS = 1_000;

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1). `random` is in [0, 1).
 * The server's own wish is kept to and spread out by a tenth.
 */
export function backoffMs(failures: number, random: number, requestedMs?: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  const own = ceiling * (0.5 + random / 2);
  return Math.round(
    requestedMs === undefined ? own : Math.max(requestedMs * (1 + random / 10), own / 4),
  );
}
