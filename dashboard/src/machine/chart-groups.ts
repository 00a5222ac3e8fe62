/** Which metrics share a chart, in the order of the page. */
import { METRIC_CATALOG, type MetricName, type MetricUnit } from '../../../src/contracts/index.js';
import type { ChartSeries } from '../shared/charts/chart-options.js';
import { hasValues, type Timeline } from '../shared/charts/timeline.js';

/** One chart of a machine's page. */
export interface ChartGroup {
  title: string;
  unit: MetricUnit;
  series: readonly ChartSeries[];
}

function group(title: string, labels: Partial<Record<MetricName, string>>): ChartGroup {
  const names = Object.keys(labels) as MetricName[];
  const first = names[0];
  return {
    title,
    unit: first === undefined ? 'count' : METRIC_CATALOG[first].unit,
    series: names.map((key, index) => ({
      key,
      label: labels[key] ?? METRIC_CATALOG[key].label,
      color: `--series-${index + 1}`,
    })),
  };
}

const GROUPS: readonly ChartGroup[] = [
  group('CPU', { cpu: 'Used', cpu_iowait: 'Waiting for I/O', cpu_steal: 'Stolen' }),
  group('Memory', { ram: 'Memory', swap: 'Swap' }),
  group('Network', { network_in: 'Received', network_out: 'Sent' }),
  group('Disk throughput', { disk_read: 'Read', disk_write: 'Written' }),
  group('Load', { load1: '1 min', load5: '5 min', load15: '15 min' }),
  group('GPU', { gpu: 'Used', gpu_memory: 'Memory' }),
  group('Temperature', { temperature: 'Hottest sensor' }),
  group('Disk space', { disk: 'Used' }),
  group('Processes', { processes: 'Processes' }),
];

/** Every metric that is part of a chart. */
export const CHARTED_METRICS = GROUPS.flatMap(({ series }) =>
  series.map(({ key }) => key),
) as MetricName[];

/** The titles of all charts. */
export const CHART_TITLES = GROUPS.map(({ title }) => title);

/** The charts that have data, each with the series that have data. */
export function chartsFor(timeline: Timeline): ChartGroup[] {
  return GROUPS.map((chart) => ({
    ...chart,
    series: chart.series.filter(({ key }) => hasValues(timeline, key)),
  })).filter(({ series }) => series.length > 0);
}
