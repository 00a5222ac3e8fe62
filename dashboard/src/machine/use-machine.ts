/** One machine with the facts about its host, updated live. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { HostFacts, MachineSummary } from '../../../src/contracts/index.js';
import { fetchMachine } from '../shared/api/machines.js';
import { useListedMachine } from '../shared/live/use-fleet.js';
import { useLiveState, useServices } from '../shared/services.js';

const FALLBACK_MS = 15_000;
/** How often facts about the host, which rarely change, are fetched again. */
const FACTS_MS = 300_000;

/** The state of the page; `machine` is undefined until the first response. */
export interface MachineState {
  machine: MachineSummary | undefined;
  /** The machine existed and has been deleted. */
  deleted: boolean;
  host: HostFacts;
  error: Error | null;
}

/** Follows one machine while the component is mounted. */
export function useMachine(id: string): MachineState {
  const { api, session, store, live } = useServices();
  const isLive = useLiveState() === 'live';
  const { data, error } = useQuery({
    queryKey: ['machine', id],
    queryFn: async ({ signal }) => {
      const { host, ...machine } = await fetchMachine(api, id, signal);
      // The last answer about a machine may be older than that about all of them.
      const isOlder = session.lastAnswers.mayUse() && store.get(id) !== undefined;
      if (!isOlder) store.applyEvent({ type: 'updated', machine });
      return host;
    },
    refetchInterval: isLive ? FACTS_MS : FALLBACK_MS,
  });
  useEffect(() => live.follow(id), [live, id]);
  const machine = useListedMachine(id);
  return { machine, deleted: data !== undefined && machine === undefined, host: data ?? {}, error };
}
