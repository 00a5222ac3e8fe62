/** The alerts that fire now, fetched again when the stream reports a change. */
import { useQuery } from '@tanstack/react-query';
import type { Alert } from '../../../../src/contracts/index.js';
import { fetchAlerts } from '../api/alerts.js';
import { useLiveState, useServices } from '../services.js';

/** The most alerts that are fetched; nobody reads more of them at a glance. */
const LIMIT = 100;
const POLL_MS = 30_000;

/** Firing alerts that nobody has acknowledged. */
export interface FiringAlerts {
  /** The newest of them. */
  alerts: readonly Alert[];
  total: number;
}

/** For pages that follow all machines: only they are told of all alerts. `null` until they are known. */
export function useFiringAlerts(): { firing: FiringAlerts | null; failed: boolean } {
  const { api } = useServices();
  const isLive = useLiveState() === 'live';
  const { data, isError } = useQuery({
    queryKey: ['alerts', 'firing'],
    queryFn: async ({ signal }): Promise<FiringAlerts> => {
      const page = await fetchAlerts(api, { states: ['firing'], limit: LIMIT }, signal);
      return { alerts: page.items, total: page.total };
    },
    refetchInterval: isLive ? false : POLL_MS,
  });
  return { firing: data ?? null, failed: isError };
}
