/** When minutes and hours are complete, and what the next forward step covers. Pure arithmetic. */
import { type RollupTier, TIER_BUCKET_MS, type Tier } from '../../contracts/index.js';
import type { StoreState } from './state.js';

/** A minute is closed this long after its end: what comes later is late. */
const CLOSE_DELAY_MS = 15_000;

/** How much time one pass over the machines covers: its samples are in memory machine by machine. */
const STEP_MS: Record<RollupTier, number> = { '1m': 5 * 60_000, '1h': 3_600_000 };

/** Data stays this long past its age, so that every hour it has part in is rolled up. */
export const EXPIRY_MARGIN_MS = 2 * TIER_BUCKET_MS['1h'];

/**
 * How far the budget may go into a tier: no bucket goes whose finer data is still there, for late
 * samples may yet change it.
 */
export function shedLimit(tier: Tier, state: StoreState): number {
  const finer = { raw: null, '1m': 'raw', '1h': '1m' } as const;
  const horizon = finer[tier];
  return horizon ? state[`${horizon}.horizon`] : Number.POSITIVE_INFINITY;
}

/** The end of the last minute that is closed at `now` (epoch milliseconds). */
export function closedMinute(now: number): number {
  return bucketStart('1m', now - CLOSE_DELAY_MS);
}

/** Start of the bucket that holds `time`. */
export function bucketStart(tier: RollupTier, time: number): number {
  return Math.floor(time / TIER_BUCKET_MS[tier]) * TIER_BUCKET_MS[tier];
}

/** A forward step: `[from, to)`, of which everything before `complete` may be rolled up. */
export interface ForwardStep {
  from: number;
  to: number;
  complete: number;
}

/** The next step of a tier, `null` if it holds everything that is complete. */
export function forwardStep(tier: RollupTier, state: StoreState): ForwardStep | null {
  const from = state[`${tier}.rolled`];
  const complete = tier === '1m' ? state['1m.closed'] : bucketStart(tier, state['1m.rolled']);
  const to = Math.min(complete, from + STEP_MS[tier]);
  return to > from ? { from, to, complete } : null;
}
