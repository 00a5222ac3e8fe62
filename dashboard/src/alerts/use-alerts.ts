/** Alerts as the pages need them, fetched again when the stream reports a change. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Alert, AlertRule, AlertState } from '../../../src/contracts/index.js';
import { acknowledgeAlert, fetchAlerts, fetchChannels, fetchRules } from '../shared/api/alerts.js';
import { useLiveState, useServices } from '../shared/services.js';

/** Alerts that are not over. */
export const OPEN_STATES: readonly AlertState[] = ['firing', 'acknowledged'];

const PAGE_SIZE = 100;
/** Open alerts of one machine; more than that is one message all the same. */
const MACHINE_LIMIT = 20;
/** Without the stream, and for pages that do not follow every machine. */
const POLL_MS = 30_000;

/** How many alerts are firing and not acknowledged; `null` until it is known. */
export function useFiringCount(): number | null {
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['alerts', 'count'],
    queryFn: ({ signal }) => fetchAlerts(api, { states: ['firing'], limit: 1 }, signal),
    refetchInterval: POLL_MS,
  });
  return data?.total ?? null;
}

/** Pages of alerts in the given states, newest first. */
export function useAlerts(states: readonly AlertState[]) {
  const { api, live } = useServices();
  const isLive = useLiveState() === 'live';
  // Alerts of every machine come to those who follow every machine.
  useEffect(() => live.follow('all'), [live]);
  return useInfiniteQuery({
    queryKey: ['alerts', 'list', states],
    queryFn: ({ signal, pageParam }) =>
      fetchAlerts(api, { states, limit: PAGE_SIZE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: isLive ? false : POLL_MS,
  });
}

/** The open alerts of one machine. */
export function useMachineAlerts(machineId: string): Alert[] {
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['alerts', 'machine', machineId],
    queryFn: ({ signal }) =>
      fetchAlerts(api, { states: OPEN_STATES, machineId, limit: MACHINE_LIMIT }, signal),
    refetchInterval: POLL_MS,
  });
  return data?.items ?? [];
}

/** Acknowledges one alert, with a note for the others. */
export function useAcknowledge() {
  const { api } = useServices();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { id: string; note: string }) => acknowledgeAlert(api, id, note),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
}

/** Every rule. */
export function useRules() {
  const { api } = useServices();
  return useQuery<AlertRule[]>({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => fetchRules(api, signal),
  });
}

/** Every notification channel. */
export function useChannels() {
  const { api } = useServices();
  return useQuery({
    queryKey: ['notification-channels'],
    queryFn: ({ signal }) => fetchChannels(api, signal),
  });
}
