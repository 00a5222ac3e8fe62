/** Everything that is marked on the time axis of a machine's charts. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchAlerts } from '../shared/api/alerts.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import { around, type TimeRange } from '../shared/charts/ranges.js';
import { useServices } from '../shared/services.js';
import { alertMark } from './history-marks.js';
import type { HistoryState } from './use-history.js';

const STATES = ['firing', 'acknowledged', 'resolved'] as const;
/** The most alerts marked, newest first. */
const LIMIT = 200;
/** The range of the query moves in steps of this part of its length. */
const STEPS = 10;

/** Alerts, restarts and gaps of the range shown; `open` shows the range around one of them. */
export function useMarks(
  machineId: string,
  { marks, from, to }: HistoryState,
  open: (range: TimeRange) => void,
): readonly ChartMark[] {
  const { api } = useServices();
  const step = Math.max(1, Math.floor((to - from) / STEPS));
  const start = Math.floor(from / step) * step;
  const end = Math.ceil(to / step) * step;
  const { data } = useQuery({
    queryKey: ['alerts', 'machine', machineId, start, end],
    queryFn: ({ signal }) =>
      fetchAlerts(api, { states: STATES, machineId, from: start, to: end, limit: LIMIT }, signal),
    placeholderData: keepPreviousData,
  });
  const alerts = data?.items;
  return [...(alerts ?? []).flatMap((alert) => alertMark(alert) ?? []), ...marks].map((mark) => ({
    ...mark,
    onOpen: () => open(around(mark.from, mark.to)),
  }));
}
