/** Queries about one's own account. */
import { useQuery } from '@tanstack/react-query';
import { fetchMe, fetchSessions } from '../shared/api/account.js';
import { useServices } from '../shared/services.js';

/** Keys of the queries, to fetch them again after a change. */
export const ACCOUNT_KEYS = { me: ['account', 'me'], sessions: ['account', 'sessions'] } as const;

/** The signed-in person. */
export function useMe() {
  const { api } = useServices();
  return useQuery({ queryKey: ACCOUNT_KEYS.me, queryFn: ({ signal }) => fetchMe(api, signal) });
}

/** One's own living sessions. */
export function useSessions() {
  const { api } = useServices();
  return useQuery({
    queryKey: ACCOUNT_KEYS.sessions,
    queryFn: ({ signal }) => fetchSessions(api, signal),
  });
}
