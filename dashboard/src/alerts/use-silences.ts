/** Queries for silences. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Silence } from '../../../src/contracts/index.js';
import {
  endSilence,
  fetchSilences,
  type SilenceRequest,
  saveSilence,
} from '../shared/api/silences.js';
import { useServices } from '../shared/services.js';

/** As many as the server keeps of those that are not over. */
const OPEN_LIMIT = 1_000;
const PAGE_SIZE = 20;
/** They begin and end by themselves. */
const POLL_MS = 15_000;

/** All silences that are not over, newest first. */
export function useOpenSilences() {
  const { api } = useServices();
  return useQuery<Silence[]>({
    queryKey: ['silences', 'open'],
    queryFn: async ({ signal }) =>
      (await fetchSilences(api, { ended: false, limit: OPEN_LIMIT }, signal)).items,
    refetchInterval: POLL_MS,
  });
}

/** Silences that are over, newest first, page by page. */
export function useEndedSilences() {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey: ['silences', 'ended'],
    queryFn: ({ signal, pageParam }) =>
      fetchSilences(api, { ended: true, limit: PAGE_SIZE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: POLL_MS,
  });
}

/**
 * Makes or changes a silence; alerts are fetched again, which it may hold or free. `onSaved` is
 * called before, as the component that saves may be gone with what it showed.
 */
export function useSaveSilence(onSaved: (silence: Silence) => void) {
  const { api } = useServices();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, body }: { id: string | null; body: SilenceRequest }) =>
      saveSilence(api, id, body),
    onSuccess: (silence) => {
      onSaved(silence);
      return refresh();
    },
  });
}

/** Ends a silence now. */
export function useEndSilence() {
  const { api } = useServices();
  const refresh = useRefresh();
  return async (id: string) => {
    await endSilence(api, id);
    await refresh();
  };
}

function useRefresh(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['silences'] }),
      queries.invalidateQueries({ queryKey: ['alerts'] }),
    ]);
}
