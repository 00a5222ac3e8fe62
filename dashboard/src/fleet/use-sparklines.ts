/** Fetches the last hour of the machines in sight while the list is shown. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { fetchFleetHistory, type HistoryQuery } from '../shared/api/machines.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { type MachineSparklines, SPARKLINE_METRICS, SparklineStore } from './sparkline-store.js';

/** How often the list is looked through for lines that are too old, in milliseconds. */
const LOOK_MS = 5_000;
/** Rows that fly past while somebody scrolls are not asked for. */
const SCROLL_ENDS_MS = 150;
const MINUTE_MS = 60_000;
const POINTS = 60;

/** The store of the list that a cell is in. */
export const SparklineContext = createContext<SparklineStore | null>(null);

/** A store for as long as the list is shown. */
export function useSparklineStore(): SparklineStore {
  const { api } = useServices();
  const [store] = useState(
    () =>
      new SparklineStore(
        (ids) => fetchFleetHistory(api, ids, lastHour(), SPARKLINE_METRICS),
        Date.now,
      ),
  );
  return store;
}

/** Whole minutes, a point for each: a range that is off by a moment takes raw samples or longer steps. */
function lastHour(): HistoryQuery {
  const to = Math.ceil(serverNow() / MINUTE_MS) * MINUTE_MS;
  return { from: to - POINTS * MINUTE_MS, to, points: POINTS };
}

/** Tells the store which machines are in sight, of a fleet of `total`. */
export function useSparklinesInSight(ids: readonly string[], total: number): void {
  const store = useContext(SparklineContext);
  const key = ids.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the ids
  useEffect(() => {
    if (store === null) return undefined;
    store.want(ids);
    const look = () => {
      if (document.visibilityState === 'visible') void store.refresh(total);
    };
    const first = setTimeout(look, SCROLL_ENDS_MS);
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [store, key, total]);
}

/** The lines of one machine; renders again when they change. */
export function useSparklines(id: string): MachineSparklines | undefined {
  const store = useContext(SparklineContext);
  const subscribe = useCallback(
    (listener: () => void) => store?.subscribe(id, listener) ?? (() => undefined),
    [store, id],
  );
  return useSyncExternalStore(subscribe, () => store?.get(id));
}
