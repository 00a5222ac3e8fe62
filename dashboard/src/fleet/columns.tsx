/** The columns of the machine table. */
import type { ReactNode } from 'react';
import {
  formatRate,
  formatUnit,
  isMetricName,
  type MachineSummary,
  METRIC_CATALOG,
  type MetricName,
} from '../../../src/contracts/index.js';
import { formatSystem } from '../shared/format/host.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { Meter } from '../shared/ui/meter.js';
import { TagList } from '../shared/ui/tag-list.js';
import { COLUMN_KEYS, type ColumnKey } from './list-view.js';
import { Sparkline } from './sparkline.js';
import { SPARKLINE_METRICS, type SparklineMetric } from './sparkline-store.js';

/** One column. */
export interface Column {
  key: ColumnKey;
  label: string;
  /** The label in full, for the menu and for screen readers. */
  title: string;
  /** The minimum width in pixels, and a share of the table's width if that is more. */
  width: number;
  share?: number;
  align: 'left' | 'right';
  cell: (machine: MachineSummary) => ReactNode;
}

/** Labels that are shorter in the head of the table than in the catalogue. */
const SHORT_LABELS: Partial<Record<MetricName, string>> = {
  network_in: 'Net in',
  network_out: 'Net out',
  cpu_iowait: 'I/O wait',
  cpu_steal: 'Steal',
  gpu_memory: 'GPU mem',
  load1: 'Load',
  load5: 'Load 5m',
  load15: 'Load 15m',
  disk_read: 'Read',
  disk_write: 'Written',
  temperature: 'Temp',
};

/** A high value of these is no problem: the bar stays calm. */
const NEUTRAL: readonly MetricName[] = ['gpu', 'gpu_memory', 'cpu_iowait', 'cpu_steal', 'swap'];

const WIDE_SHARES: Partial<Record<MetricName, number>> = { cpu: 0.1, ram: 0.1, disk: 0.1 };

function isSparklineMetric(name: MetricName): name is SparklineMetric {
  return SPARKLINE_METRICS.some((metric) => metric === name);
}

function metricColumn(key: MetricName): Column {
  const { unit, label: title } = METRIC_CATALOG[key];
  const label = SHORT_LABELS[key] ?? title;
  if (unit === 'percent') {
    const neutral = NEUTRAL.includes(key);
    return {
      key,
      label,
      title,
      width: neutral ? 110 : 124,
      share: WIDE_SHARES[key] ?? 0.085,
      align: 'left',
      cell: ({ machine_id, latest }) => (
        <Meter
          label={title}
          value={latest?.[key]}
          neutral={neutral}
          history={isSparklineMetric(key) ? <Sparkline id={machine_id} metric={key} /> : undefined}
        />
      ),
    };
  }
  const isRate = unit === 'bytes_per_second';
  return {
    key,
    label,
    title,
    width: isRate || unit === 'seconds' ? 92 : 84,
    align: 'right',
    cell: ({ latest }) => (isRate ? formatRate(latest?.[key]) : formatUnit(latest?.[key], unit)),
  };
}

function columnOf(key: ColumnKey): Column {
  if (isMetricName(key)) return metricColumn(key);
  switch (key) {
    case 'os':
      return {
        key,
        label: 'System',
        title: 'System',
        width: 130,
        share: 0.11,
        align: 'left',
        cell: ({ os }) => formatSystem(os),
      };
    case 'tags':
      return {
        key,
        label: 'Tags',
        title: 'Tags',
        width: 150,
        share: 0.11,
        align: 'left',
        cell: ({ tags }) => <TagList tags={tags} limit={3} />,
      };
    case 'agent_version':
      return {
        key,
        label: 'Agent',
        title: 'Version of the agent',
        width: 84,
        align: 'left',
        cell: ({ agent_version }) => agent_version,
      };
    case 'last_seen':
      return {
        key,
        label: 'Seen',
        title: 'Last seen',
        width: 92,
        align: 'right',
        cell: ({ last_seen_at }) => <LastSeen at={last_seen_at} />,
      };
  }
}

/** Every column after the name, in order. */
export const COLUMNS: readonly Column[] = COLUMN_KEYS.map(columnOf);

/**
 * What the table shows where nobody has chosen: each column from a width of the table in pixels, and
 * an `optional` one only if a listed machine has a value for it.
 */
const AUTOMATIC: readonly { key: ColumnKey; from: number; optional?: MetricName }[] = [
  { key: 'os', from: 1200 },
  { key: 'cpu', from: 0 },
  { key: 'ram', from: 0 },
  { key: 'disk', from: 0 },
  { key: 'network_in', from: 0 },
  { key: 'network_out', from: 0 },
  { key: 'gpu', from: 1000, optional: 'gpu' },
  { key: 'load1', from: 1400, optional: 'load1' },
  { key: 'temperature', from: 1100, optional: 'temperature' },
  { key: 'last_seen', from: 900 },
];

/** The columns that fit into `width` pixels and have values. */
export function automaticColumns(width: number, machines: readonly MachineSummary[]): ColumnKey[] {
  return AUTOMATIC.filter(({ from, optional }) => {
    if (width < from) return false;
    return optional === undefined || machines.some(({ latest }) => latest?.[optional] != null);
  }).map(({ key }) => key);
}

/** The columns with these keys, in their order. */
export function columnsOf(keys: readonly string[]): Column[] {
  return COLUMNS.filter(({ key }) => keys.includes(key));
}

/** A column's width in a table of `width` pixels. */
export function columnWidth({ width, share = 0 }: Column, tableWidth: number): number {
  return Math.max(width, Math.round(share * tableWidth));
}

/** What the status and the name take at least, in pixels. */
const NAME_WIDTH = 214;

/** What a table of `width` pixels needs for these columns: if that is more, it scrolls sideways. */
export function neededWidth(columns: readonly Column[], width: number): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, width), NAME_WIDTH);
}
