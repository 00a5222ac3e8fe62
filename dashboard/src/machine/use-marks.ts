/** Everything that is marked on the time axis of a machine's charts. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchAlerts } from '../shared/api/alerts.js';
import type { ChartMark } from '../shared/charts/chart-marks.js';
import { around } from '../shared/charts/ranges.js';
import type { ChartAddress } from '../shared/charts/use-chart-address.js';
import { useServices } from '../shared/services.js';
import { alertMark } from './history-marks.js';
import type { HistoryState } from './use-history.js';

const STATES = ['firing', 'acknowledged', 'resolved'] as const;
/** The most alerts marked, newest first. */
const LIMIT = 200;
/** The range of the query moves in steps of this part of its length. */
const STEPS = 10;

/** Alerts, restarts and gaps of the range shown; each opens the range around it. */
export function useMarks(
  machineId: string,
  { marks, from, to }: HistoryState,
  { alertId, show }: ChartAddress,
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
  return useMemo(() => {
    const alerts = (data?.items ?? []).flatMap((alert) => {
      const mark = alertMark(alert);
      return mark === null ? [] : { ...mark, selected: alert.id === alertId };
    });
    return [...alerts, ...marks].map((mark) => ({
      ...mark,
      onOpen: () => show(around(mark.from, mark.to)),
    }));
  }, [data, marks, alertId, show]);
}
