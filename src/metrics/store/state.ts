/** What a store remembers of its own work, by name in `metric_store_state`. */
import { blockStart } from './history/blocks.js';

/**
 * - `1m.closed`: raw samples before it are complete; later ones for that time mark their buckets
 * - `1m.rolled`, `1h.rolled`: the tier holds every bucket before it
 * - `raw.horizon`: raw samples before it are gone and no longer taken
 * - `1m.horizon`, `1h.horizon`: buckets before it are gone
 * - `started`: when the store was first opened
 * - `raw.closed`: samples for hours before it go to the table of late ones
 * - `raw.sealed`: samples before it are in blocks, but for late ones
 * - `raw.merged`, `1m.merged`, `1h.merged`: what is before it is in large blocks
 * - `legacy.until`: when tables of rows of samples and minutes were found; 0 if there were none
 * - `raw.converted`, `1m.converted`, `1h.converted`: of the tables of rows everything at this time or later
 *   is in blocks, by its negative, since conversion goes back in time and marks only grow
 * - `folds`: how often blocks were written
 * - `devices.forgotten`: how often devices were removed; ids read before are void
 */
export interface StoreState {
  '1m.closed': number;
  '1m.rolled': number;
  '1h.rolled': number;
  'raw.horizon': number;
  '1m.horizon': number;
  '1h.horizon': number;
  'raw.closed': number;
  'raw.sealed': number;
  'raw.merged': number;
  '1m.merged': number;
  '1h.merged': number;
  'legacy.until': number;
  'raw.converted': number;
  '1m.converted': number;
  '1h.converted': number;
  started: number;
  folds: number;
  'devices.forgotten': number;
}

/** Later than any time, as a negative. */
export const NOTHING_CONVERTED = -8.64e15;
/** Earlier than any time, as a negative. */
export const ALL_CONVERTED = 8.64e15;

/** Name of something remembered. */
export type StateName = keyof StoreState;

/** All names. */
export const STATE_NAMES: readonly StateName[] = [
  '1m.closed',
  '1m.rolled',
  '1h.rolled',
  'raw.horizon',
  '1m.horizon',
  '1h.horizon',
  'raw.closed',
  'raw.sealed',
  'raw.merged',
  '1m.merged',
  '1h.merged',
  'legacy.until',
  'raw.converted',
  '1m.converted',
  '1h.converted',
  'started',
  'folds',
  'devices.forgotten',
];

/** The state of a store that is opened for the first time at `now` (epoch milliseconds). */
export function initialState(now: number): StoreState {
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  return {
    '1m.closed': hour,
    '1m.rolled': hour,
    '1h.rolled': hour,
    'raw.horizon': 0,
    '1m.horizon': 0,
    '1h.horizon': 0,
    'raw.closed': hour,
    'raw.sealed': hour,
    'raw.merged': blockStart('raw', 'large', now),
    '1m.merged': blockStart('1m', 'large', now),
    '1h.merged': blockStart('1h', 'large', now),
    'legacy.until': 0,
    'raw.converted': NOTHING_CONVERTED,
    '1m.converted': NOTHING_CONVERTED,
    '1h.converted': ALL_CONVERTED,
    started: now,
    folds: 0,
    'devices.forgotten': 0,
  };
}

/** Rebuilds the state from the rows of its table. */
export function stateFromRows(
  rows: readonly { name: string; value: string | number }[],
): StoreState {
  const state = initialState(0);
  for (const { name, value } of rows) {
    if (Object.hasOwn(state, name)) {
      state[name as StateName] = Number(value);
    }
  }
  return state;
}
