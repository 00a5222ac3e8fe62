/** Queries for alerts, fetched again when the stream reports a change. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Alert, AlertRule, AlertState } from '../../../src/contracts/index.js';
import {
  type AlertQuery,
  acknowledgeAlert,
  fetchAlerts,
  fetchChannels,
  fetchRules,
} from '../shared/api/alerts.js';
import { useLiveState, useServices } from '../shared/services.js';

/** The states of open alerts. */
const OPEN_STATES: readonly AlertState[] = ['firing', 'acknowledged'];

const PAGE_SIZE = 100;
/** The most open alerts shown for one machine. */
const MACHINE_LIMIT = 20;
/** How often alerts are fetched without a stream of all machines, in milliseconds. */
const POLL_MS = 30_000;

/** The number of firing alerts that are not acknowledged; `null` until it is known. */
export function useFiringCount(): number | null {
  const { api } = useServices();
  const { data } = useQuery({
    queryKey: ['alerts', 'count'],
    queryFn: ({ signal }) => fetchAlerts(api, { states: ['firing'], limit: 1 }, signal),
    refetchInterval: POLL_MS,
  });
  return data?.total ?? null;
}

/** Which alerts to list. */
export type AlertFilter = Pick<AlertQuery, 'states' | 'severity' | 'machineId' | 'ruleId'>;

/** The alerts that a filter lets through, newest first, page by page. */
export function useAlerts(filter: AlertFilter) {
  const { api, live } = useServices();
  const isLive = useLiveState() === 'live';
  // Only followers of all machines receive the alerts of all machines.
  useEffect(() => live.follow('all'), [live]);
  return useInfiniteQuery({
    queryKey: ['alerts', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      fetchAlerts(api, { ...filter, limit: PAGE_SIZE, cursor: pageParam }, signal),
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

/** Acknowledges one alert, with a note for other users. */
export function useAcknowledge() {
  const { api } = useServices();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { id: string; note: string }) => acknowledgeAlert(api, id, note),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
}

/** All rules. */
export function useRules() {
  const { api } = useServices();
  return useQuery<AlertRule[]>({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => fetchRules(api, signal),
  });
}

/** All notification channels. */
export function useChannels() {
  const { api } = useServices();
  return useQuery({
    queryKey: ['notification-channels'],
    queryFn: ({ signal }) => fetchChannels(api, signal),
  });
}
