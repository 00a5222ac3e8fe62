/** A machine's history at the earlier time with which its range is compared. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { MachineSummary, MetricName } from '../../../src/contracts/index.js';
import { fetchHistory } from '../shared/api/machines.js';
import { COMPARISONS, type Comparison } from '../shared/charts/comparison.js';
import type { TimeRange } from '../shared/charts/ranges.js';
import { useServices } from '../shared/services.js';

/** The earlier history, on its own time axis. */
export interface EarlierHistory {
  history: Awaited<ReturnType<typeof fetchHistory>> | undefined;
  shiftMs: number;
  error: Error | null;
}

/**
 * Fetches nothing without a comparison. For a range that moves on, twice its length is fetched at
 * once, so that one call lasts for as long as the range is.
 */
export function useComparison(props: {
  machine: MachineSummary;
  range: TimeRange;
  comparison: Comparison | null;
  from: number;
  to: number;
  points: number;
  metrics: readonly MetricName[];
}): EarlierHistory {
  const { machine, range, comparison, from, to, points, metrics } = props;
  const { api } = useServices();
  const shiftMs = comparison === null ? 0 : COMPARISONS[comparison].shiftMs;
  const duration = to - from;
  const moves = range.kind === 'last';
  const start = (moves ? Math.floor(from / duration) * duration : from) - shiftMs;
  const end = moves ? start + 2 * duration : to - shiftMs;
  const { data, error } = useQuery({
    queryKey: ['history', machine.machine_id, 'before', start, end, points],
    queryFn: ({ signal }) =>
      fetchHistory(
        api,
        machine.machine_id,
        { from: start, to: end, points: moves ? 2 * points : points },
        metrics,
        signal,
      ),
    enabled: comparison !== null && points > 0,
    placeholderData: keepPreviousData,
    // What has not happened yet at the first call is needed when this much time has passed.
    refetchInterval: moves && comparison !== null ? shiftMs : false,
    refetchOnWindowFocus: false,
    staleTime: shiftMs,
  });
  return { history: comparison === null ? undefined : data, shiftMs, error };
}
