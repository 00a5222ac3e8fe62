/** The history of the devices of one kind: one chart per metric, one series per device. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  DEVICE_METRIC_CATALOG,
  type DeviceHistory,
  type DeviceKind,
  type DeviceMetricName,
} from '../../../src/contracts/index.js';
import { fetchDeviceHistory } from '../shared/api/machines.js';
import type { ChartSeries } from '../shared/charts/chart-options.js';
import { boundsOf, pointsFor, rangeKeyOf, refetchEvery } from '../shared/charts/ranges.js';
import { TimeChart } from '../shared/charts/time-chart.js';
import { type ChartColumns, type Timeline, withGaps } from '../shared/charts/timeline.js';
import { serverNow } from '../shared/clock.js';
import { useServices } from '../shared/services.js';
import classes from './machine-page.module.css';
import { chartProps, type SharedAxis } from './shared-axis.js';

const LIVE_REFETCH_MS = 10_000;
const GAP_INTERVALS = 3;
/** The number of series in a chart, which is the number of colours that can be told apart. */
const MAX_LINES = 8;
/** Metrics without a chart: they change slowly, or another metric shows the same better. */
const CHARTED: Record<DeviceKind, readonly DeviceMetricName[]> = {
  core: ['usage'],
  filesystem: ['usage'],
  disk: ['read', 'write'],
  interface: ['network_in', 'network_out'],
  gpu: ['usage', 'memory_usage', 'temperature', 'power'],
  sensor: ['temperature'],
  fan: ['speed'],
  battery: ['charge'],
};

interface DeviceChart {
  metric: DeviceMetricName;
  series: ChartSeries[];
  timeline: Timeline;
  /** The number of devices that are not drawn. */
  hidden: number;
}

/** The highest value of a column. If there are too many devices, the busiest ones are drawn. */
function peak(values: readonly (number | null)[] | undefined): number {
  return (values ?? []).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function chartOf(history: DeviceHistory, metric: DeviceMetricName, maxGapMs: number): DeviceChart {
  const devices = history.devices.filter(({ columns }) =>
    columns[metric]?.some((value) => value !== null),
  );
  const drawn =
    devices.length <= MAX_LINES
      ? devices
      : [...devices]
          .sort((a, b) => peak(b.columns[metric]) - peak(a.columns[metric]))
          .slice(0, MAX_LINES);
  const columns: ChartColumns = {};
  drawn.forEach((device, index) => {
    columns[`d${index}`] = device.columns[metric];
    columns[`d${index}_min`] = device.columns[`${metric}_min`];
    columns[`d${index}_max`] = device.columns[`${metric}_max`];
  });
  return {
    metric,
    series: drawn.map(({ name }, index) => ({
      key: `d${index}`,
      label: name,
      color: `--series-${index + 1}`,
    })),
    timeline: withGaps({ timestamp: history.timestamp, columns }, maxGapMs),
    hidden: devices.length - drawn.length,
  };
}

/** The charts over the range of the page. */
export function DeviceCharts({ axis, kind }: { axis: SharedAxis; kind: DeviceKind }) {
  const { machine, address, chartWidth } = axis;
  const { range } = address;
  const { api } = useServices();
  const { machine_id: id, interval_seconds: interval } = machine;
  const { from, to } = boundsOf(range, serverNow());
  const points = pointsFor(to - from, interval, chartWidth);
  const { data } = useQuery({
    queryKey: ['devices', id, kind, rangeKeyOf(range), points],
    queryFn: async ({ signal }) => {
      const bounds = boundsOf(range, serverNow());
      const history = await fetchDeviceHistory(api, id, kind, { ...bounds, points }, signal);
      return { history, bounds };
    },
    enabled: chartWidth > 0,
    placeholderData: keepPreviousData,
    refetchInterval: range.kind === 'fixed' ? false : refetchEvery(range) || LIVE_REFETCH_MS,
  });

  const charts = useMemo(() => {
    if (data === undefined || data.history.kind !== kind) return [];
    const maxGapMs = GAP_INTERVALS * 1000 * Math.max(data.history.step_seconds, interval);
    return CHARTED[kind]
      .map((metric) => chartOf(data.history, metric, maxGapMs))
      .filter(({ series }) => series.length > 0);
  }, [data, kind, interval]);

  if (data === undefined || charts.length === 0) return null;
  return (
    <div className={classes.charts} style={{ marginTop: 12 }}>
      {charts.map(({ metric, series, timeline, hidden }) => (
        <TimeChart
          key={metric}
          title={DEVICE_METRIC_CATALOG[metric].label}
          note={hidden > 0 ? `the ${MAX_LINES} busiest, ${hidden} more` : undefined}
          unit={DEVICE_METRIC_CATALOG[metric].unit}
          series={series}
          timeline={timeline}
          from={data.bounds.from}
          to={data.bounds.to}
          band={data.history.tier !== 'raw' && series.length <= 2}
          {...chartProps(axis)}
          compared={undefined}
        />
      ))}
    </div>
  );
}
