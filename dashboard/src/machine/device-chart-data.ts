/** Which charts show the history of the devices of a kind. Pure functions. */
import {
  DEVICE_METRIC_CATALOG,
  type DeviceHistory,
  type DeviceKind,
  type DeviceMetricName,
  type MetricUnit,
} from '../../../src/contracts/index.js';
import type { ChartSeries } from '../shared/charts/chart-options.js';
import { withComparison } from '../shared/charts/comparison.js';
import { type ChartColumns, type Timeline, withGaps } from '../shared/charts/timeline.js';

/** The number of series in a chart, which is the number of colours that can be told apart. */
const MAX_LINES = 8;
/** More devices than this are shown as a map of colours instead of lines. */
const MAX_LINED_DEVICES = 16;
/** The metrics with a chart; the others change slowly, or one of these shows the same better. */
const CHARTED: Record<DeviceKind, readonly DeviceMetricName[]> = {
  core: ['usage'],
  filesystem: ['usage'],
  disk: ['read', 'write', 'usage'],
  interface: ['network_in', 'network_out'],
  gpu: ['usage', 'memory_usage', 'temperature', 'power'],
  sensor: ['temperature'],
  fan: ['speed'],
  battery: ['charge'],
};

/** A chart with lines. */
export interface DeviceChart {
  title: string;
  unit: MetricUnit;
  series: ChartSeries[];
  timeline: Timeline;
  /** The number of devices that are not drawn. */
  hidden: number;
}

/** A map with a row for each device. */
export interface DeviceMap {
  title: string;
  unit: MetricUnit;
  timestamp: readonly number[];
  rows: { name: string; values: readonly (number | null)[] }[];
}

/** The charts and maps of a kind, in the order of the page. */
export interface DeviceCharts {
  charts: DeviceChart[];
  maps: DeviceMap[];
}

/** The history of an earlier time; `from` and `to` are those of the range it is compared with. */
export interface EarlierDevices {
  history: DeviceHistory;
  shiftMs: number;
  from: number;
  to: number;
}

/**
 * Lines for few devices, a map for many; GPUs get charts for each card. Lines have the values of
 * `before` beside them, if it is given.
 */
export function deviceCharts(
  current: DeviceHistory,
  maxGapMs: number,
  before: EarlierDevices | null,
): DeviceCharts {
  const history: Compared = { ...current, maxGapMs, before };
  if (history.kind === 'gpu') return { charts: cardCharts(history), maps: [] };
  const metrics = CHARTED[history.kind].filter((metric) => withValues(history, metric).length > 0);
  const many = history.devices.length > MAX_LINED_DEVICES;
  return {
    charts: many ? [] : metrics.map((metric) => chartOf(history, metric)),
    maps: many ? metrics.map((metric) => mapOf(history, metric)) : [],
  };
}

/** A history with what its lines are compared with. */
type Compared = DeviceHistory & { maxGapMs: number; before: EarlierDevices | null };

type Device = DeviceHistory['devices'][number];

function withValues(history: DeviceHistory, metric: DeviceMetricName): Device[] {
  return history.devices.filter(({ columns }) => columns[metric]?.some((value) => value !== null));
}

/** The highest value of a column. If there are too many devices, the busiest ones are drawn. */
function peak(values: readonly (number | null)[] | undefined): number {
  return (values ?? []).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function chartOf(history: Compared, metric: DeviceMetricName): DeviceChart {
  const devices = withValues(history, metric);
  const busiest = [...devices].sort((a, b) => peak(b.columns[metric]) - peak(a.columns[metric]));
  const drawn = devices.length <= MAX_LINES ? devices : busiest.slice(0, MAX_LINES);
  const lines = drawn.map((device) => ({ label: device.name, device, metric }));
  const { label, unit } = DEVICE_METRIC_CATALOG[metric];
  return {
    ...linesOf(history, lines),
    title: label,
    unit,
    hidden: devices.length - drawn.length,
  };
}

/** For each card: how busy it and its memory are, its temperature and its power. */
function cardCharts(history: Compared): DeviceChart[] {
  return history.devices.flatMap((device) => {
    const has = (metric: DeviceMetricName) =>
      device.columns[metric]?.some((v) => v !== null) ?? false;
    const chart = (title: string, metrics: readonly DeviceMetricName[]) => {
      const present = metrics.filter(has);
      const first = present[0];
      if (first === undefined) return [];
      const lines = present.map((metric) => {
        return { label: DEVICE_METRIC_CATALOG[metric].label, device, metric };
      });
      const { unit } = DEVICE_METRIC_CATALOG[first];
      const about = { title: `${device.name}: ${title}`, unit, hidden: 0 };
      return [{ ...linesOf(history, lines), ...about }];
    };
    return [
      ...chart('usage', ['usage', 'memory_usage']),
      ...chart('temperature', ['temperature']),
      ...chart('power', ['power']),
    ];
  });
}

/** One line of a chart. */
interface Line {
  label: string;
  device: Device;
  metric: DeviceMetricName;
}

function linesOf(
  { timestamp, maxGapMs, before }: Compared,
  lines: readonly Line[],
): { series: ChartSeries[]; timeline: Timeline } {
  const columns: ChartColumns = {};
  lines.forEach(({ device, metric }, index) => {
    for (const suffix of ['', '_min', '_max'] as const) {
      columns[`d${index}${suffix}`] = device.columns[`${metric}${suffix}`];
    }
  });
  const series = lines.map(({ label }, index) => ({
    key: `d${index}`,
    label,
    color: `--series-${index + 1}`,
  }));
  const timeline = withGaps({ timestamp, columns }, maxGapMs);
  return {
    series,
    timeline: before === null ? timeline : compared(timeline, lines, before, maxGapMs),
  };
}

/** Devices are the same then and now if they have the same name. */
function compared(
  timeline: Timeline,
  lines: readonly Line[],
  { history, shiftMs, from, to }: EarlierDevices,
  maxGapMs: number,
): Timeline {
  const columns: ChartColumns = {};
  lines.forEach(({ device, metric }, index) => {
    const then = history.devices.find(({ name }) => name === device.name);
    columns[`d${index}`] = then?.columns[metric];
  });
  const past = { timestamp: history.timestamp, columns };
  const toleranceMs = Math.max(maxGapMs / 2, 1_500 * history.step_seconds);
  return withComparison(timeline, past, Object.keys(columns), { shiftMs, toleranceMs, from, to });
}

const names = new Intl.Collator('en', { numeric: true });

function mapOf(history: DeviceHistory, metric: DeviceMetricName): DeviceMap {
  const { label, unit } = DEVICE_METRIC_CATALOG[metric];
  const rows = withValues(history, metric)
    .map(({ name, columns }) => ({ name, values: columns[metric] ?? [] }))
    .sort((a, b) => names.compare(a.name, b.name));
  return { title: label, unit, timestamp: history.timestamp, rows };
}
