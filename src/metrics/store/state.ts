/** What a store remembers of its own work, by name in `metric_store_state`. */

/**
 * - `1m.closed`: raw samples before it are complete; later ones for that time mark their buckets
 * - `1m.rolled`, `1h.rolled`: the tier holds every bucket before it
 * - `raw.horizon`: raw samples before it are gone and no longer taken
 * - `1m.horizon`, `1h.horizon`: buckets before it are gone
 * - `started`: when the store was first opened
 * - `devices.forgotten`: how often devices were removed; ids read before are void
 */
export interface StoreState {
  '1m.closed': number;
  '1m.rolled': number;
  '1h.rolled': number;
  'raw.horizon': number;
  '1m.horizon': number;
  '1h.horizon': number;
  started: number;
  'devices.forgotten': number;
}

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
  'started',
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
    started: now,
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
