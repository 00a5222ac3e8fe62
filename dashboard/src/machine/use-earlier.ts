/** History at the earlier time with which the range of a page is compared. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { HistoryQuery } from '../shared/api/machines.js';
import { aheadOf, COMPARISONS, type Comparison } from '../shared/charts/comparison.js';
import type { TimeRange } from '../shared/charts/ranges.js';

/** The earlier history, on its own time axis. */
export interface EarlierHistory<history> {
  history: history | undefined;
  shiftMs: number;
  error: Error | null;
}

/**
 * Fetches nothing without a comparison. For a range that moves on, more than its length is
 * fetched at once, so that one call lasts for a while. `key` identifies what `load` fetches.
 */
export function useEarlier<history>(props: {
  key: readonly string[];
  load: (query: HistoryQuery, signal: AbortSignal) => Promise<history>;
  range: TimeRange;
  comparison: Comparison | null;
  from: number;
  to: number;
  points: number;
  enabled: boolean;
}): EarlierHistory<history> {
  const { key, load, range, comparison, from, to, points, enabled } = props;
  const shiftMs = comparison === null ? 0 : COMPARISONS[comparison].shiftMs;
  const moves = range.kind === 'last';
  const shifted = { from: from - shiftMs, to: to - shiftMs, points };
  const query = moves ? aheadOf(shifted) : shifted;
  const { data, error } = useQuery({
    queryKey: [...key, 'before', query],
    queryFn: ({ signal }) => load(query, signal),
    enabled: enabled && comparison !== null,
    placeholderData: keepPreviousData,
    // What has not happened yet at the first call is needed when this much time has passed.
    refetchInterval: moves && comparison !== null ? shiftMs : false,
    refetchOnWindowFocus: false,
    staleTime: shiftMs,
  });
  return { history: comparison === null ? undefined : data, shiftMs, error };
}
