/** Which tier answers which part of a range: coarse where it is complete, finer for the rest. */
import type { RollupTier, Tier } from '../../contracts/index.js';
import { bucketStart } from './rollup-plan.js';
import type { StoreState } from './state.js';

/** A part of a range that one tier answers; epoch milliseconds, `to` exclusive. */
export interface Segment {
  tier: Tier;
  from: number;
  to: number;
}

/** Splits `[from, to)` among `tier` and the finer ones, oldest part first. */
export function segmentsOf(tier: Tier, from: number, to: number, state: StoreState): Segment[] {
  const segments: Segment[] = [];
  let start = from;
  for (const [name, rolled] of [
    ['1h', state['1h.rolled']],
    ['1m', state['1m.rolled']],
    ['raw', Number.POSITIVE_INFINITY],
  ] as const) {
    const end = Math.min(to, rolled);
    if (start < end && isAllowed(name, tier)) {
      segments.push({ tier: name, from: start, to: end });
      start = end;
    }
  }
  return segments;
}

/** The oldest bucket of some series that awaits its computing, by tier; `null` if none does. */
export type OldestDirty = Record<RollupTier, number | null>;

/**
 * The state as reading needs it: from the first bucket that late samples made wrong, finer tiers
 * answer. Minutes whose raw samples are gone stay as they are.
 */
export function upToDirty(state: StoreState, dirty: OldestDirty): StoreState {
  const minute = dirty['1m'] ?? Number.POSITIVE_INFINITY;
  const hour = Math.min(bucketStart('1h', minute), dirty['1h'] ?? Number.POSITIVE_INFINITY);
  return {
    ...state,
    '1m.rolled': Math.min(state['1m.rolled'], minute),
    '1h.rolled': Math.min(state['1h.rolled'], hour),
  };
}

function isAllowed(name: Tier, coarsest: Tier): boolean {
  const order: Tier[] = ['raw', '1m', '1h'];
  return order.indexOf(name) <= order.indexOf(coarsest);
}
