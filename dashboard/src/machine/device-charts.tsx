/** The history of the devices of one kind over the range of the page. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceKind } from '../../../src/contracts/index.js';
import { fetchDeviceHistory } from '../shared/api/machines.js';
import { HeatMap } from '../shared/charts/heat-map.js';
import { boundsOf, pointsFor, rangeKeyOf, refetchEvery } from '../shared/charts/ranges.js';
import { TimeChart } from '../shared/charts/time-chart.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import { Notice } from '../shared/ui/notice.js';
import { deviceCharts } from './device-chart-data.js';
import classes from './machine-page.module.css';
import { chartProps, type SharedAxis } from './shared-axis.js';
import { useEarlier } from './use-earlier.js';

const LIVE_REFETCH_MS = 10_000;
const GAP_INTERVALS = 3;

/** Fetches nothing until `visible`. */
export function DeviceCharts(props: { axis: SharedAxis; kind: DeviceKind; visible: boolean }) {
  const { axis, kind, visible } = props;
  const { machine, address, chartWidth } = axis;
  const { range, comparison } = address;
  const { api } = useServices();
  const { machine_id: id, interval_seconds: interval } = machine;
  const { from, to } = boundsOf(range, serverNow());
  const points = pointsFor(to - from, interval, chartWidth);
  const { data, error } = useQuery({
    queryKey: ['devices', id, kind, rangeKeyOf(range), points],
    queryFn: async ({ signal }) => {
      const bounds = boundsOf(range, serverNow());
      const history = await fetchDeviceHistory(api, id, kind, { ...bounds, points }, signal);
      return { history, bounds };
    },
    enabled: visible && chartWidth > 0,
    placeholderData: keepPreviousData,
    refetchInterval: range.kind === 'fixed' ? false : refetchEvery(range) || LIVE_REFETCH_MS,
  });

  const bounds = data?.bounds ?? { from, to };
  const earlier = useEarlier({
    key: ['devices', id, kind],
    load: (query, signal) => fetchDeviceHistory(api, id, kind, query, signal),
    range,
    comparison,
    ...bounds,
    points,
    enabled: visible && chartWidth > 0,
  });

  const { history: past, shiftMs } = earlier;
  const drawn = useMemo(() => {
    if (data === undefined) return null;
    const maxGapMs = GAP_INTERVALS * 1000 * Math.max(data.history.step_seconds, interval);
    const before = past === undefined ? null : { history: past, shiftMs, ...data.bounds };
    return deviceCharts(data.history, maxGapMs, before);
  }, [data, interval, past, shiftMs]);

  const failure = error ?? earlier.error;
  if (failure !== null) return <Notice kind="error">{failure.message}</Notice>;
  if (data === undefined || drawn === null) return null;
  return (
    <>
      {drawn.maps.map(({ title, unit, timestamp, rows }) => (
        <HeatMap
          key={title}
          title={title}
          unit={unit}
          timestamp={timestamp}
          rows={rows}
          stepMs={data.history.step_seconds * 1000}
          {...data.bounds}
        />
      ))}
      {drawn.charts.length > 0 && (
        <div className={kind === 'gpu' ? classes.cards : classes.charts}>
          {drawn.charts.map(({ title, unit, series, timeline, hidden }) => (
            <TimeChart
              key={title}
              title={title}
              note={hidden > 0 ? `the busiest, ${hidden} more` : undefined}
              unit={unit}
              series={series}
              timeline={timeline}
              band={data.history.tier !== 'raw' && series.length <= 2}
              {...data.bounds}
              {...chartProps(axis)}
            />
          ))}
        </div>
      )}
    </>
  );
}
