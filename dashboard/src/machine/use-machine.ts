/** One machine with its facts, kept up to date by the stream. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { HostFacts, MachineSummary } from '../../../src/contracts/index.js';
import { fetchMachine } from '../shared/api/machines.js';
import { useListedMachine } from '../shared/live/use-fleet.js';
import { useLiveState, useServices } from '../shared/services.js';

const FALLBACK_MS = 15_000;
/** Host facts change rarely; they are fetched again this often. */
const FACTS_MS = 300_000;

/** What the page shows; `machine` is undefined until the first answer. */
export interface MachineState {
  machine: MachineSummary | undefined;
  /** It was there and has been deleted since. */
  deleted: boolean;
  host: HostFacts;
  error: Error | null;
}

/** Follows one machine while the component is mounted. */
export function useMachine(id: string): MachineState {
  const { api, store, live } = useServices();
  const isLive = useLiveState() === 'live';
  const { data, error } = useQuery({
    queryKey: ['machine', id],
    queryFn: async ({ signal }) => {
      const { host, ...machine } = await fetchMachine(api, id, signal);
      store.applyEvent({ type: 'updated', machine });
      return host;
    },
    refetchInterval: isLive ? FACTS_MS : FALLBACK_MS,
  });
  useEffect(() => live.follow(id), [live, id]);
  const machine = useListedMachine(id);
  return { machine, deleted: data !== undefined && machine === undefined, host: data ?? {}, error };
}
