/** The live list of machines: fetched once, then kept up to date by the stream. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { MachineSummary } from '../../../../src/contracts/index.js';
import { fetchFleet } from '../api/machines.js';
import { useLiveState, useServices } from '../services.js';

/** How often the list is fetched while there is no live connection. */
const FALLBACK_MS = 15_000;

/** The state of the list. */
export interface FleetState {
  machines: readonly MachineSummary[];
  loading: boolean;
  error: Error | null;
  /** Machines that exist but are not in the list. */
  hidden: number;
}

/** Follows all machines while the component is mounted. */
export function useFleet(): FleetState {
  const { api, store, live } = useServices();
  const isLive = useLiveState() === 'live';
  const { data, error, isPending } = useQuery({
    queryKey: ['machines'],
    queryFn: async ({ signal }) => {
      const asOf = store.newestEvent();
      const fleet = await fetchFleet(api, signal);
      store.replaceAll(fleet.machines, asOf);
      return { total: fleet.total, listed: fleet.machines.length };
    },
    refetchInterval: isLive ? false : FALLBACK_MS,
    // Following fetches it again as soon as no change can be missed any more.
    refetchOnMount: !isLive,
  });
  useEffect(() => live.follow('all'), [live]);
  const machines = useSyncExternalStore(store.subscribeList, store.getList);
  return {
    machines,
    loading: isPending,
    error,
    hidden: data === undefined ? 0 : data.total - data.listed,
  };
}

/** One machine of the list; renders again when it changes. */
export function useListedMachine(id: string): MachineSummary | undefined {
  const { store } = useServices();
  const subscribe = useCallback(
    (listener: () => void) => store.subscribeRow(id, listener),
    [store, id],
  );
  return useSyncExternalStore(subscribe, () => store.get(id));
}
