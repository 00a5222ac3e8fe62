/** Lists that the server answers in pages. */
import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import type { Page } from '../../../src/contracts/index.js';
import type { ApiClient } from '../shared/api/client.js';
import { useServices } from '../shared/services.js';

/** Reads one page of a list. */
type FetchPage<item> = (
  api: ApiClient,
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<Page<item>>;

/** All pages that were loaded so far, as one list with the total. */
export function useList<item>(queryKey: QueryKey, fetchPage: FetchPage<item>) {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ signal, pageParam }) => fetchPage(api, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Another filter does not empty the page while its list is fetched.
    placeholderData: keepPreviousData,
    select: ({ pages }) => ({
      items: pages.flatMap((page) => page.items),
      total: pages[0]?.total ?? 0,
    }),
  });
}
