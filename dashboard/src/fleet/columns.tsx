/** The columns of the machine table. */
import type { ReactNode } from 'react';
import { formatRate, formatUnit, type MachineSummary } from '../../../src/contracts/index.js';
import { formatSystem } from '../shared/format/host.js';
import { LastSeen } from '../shared/ui/last-seen.js';
import { Meter } from '../shared/ui/meter.js';
import type { SortKey } from './list-view.js';

/** One column; an `optional` one is shown only if a listed machine has a value for it. */
export interface Column {
  key: SortKey;
  label: string;
  /** The minimum width in pixels, and a share of the table's width if that is more. */
  width: number;
  share?: number;
  align: 'left' | 'right';
  /** The column is left out of tables narrower than this, in pixels. */
  from: number;
  optional?: 'gpu' | 'temperature' | 'load1';
  cell: (machine: MachineSummary) => ReactNode;
}

/** The columns after the name, in order. */
export const COLUMNS: readonly Column[] = [
  {
    key: 'os',
    label: 'System',
    width: 130,
    share: 0.11,
    align: 'left',
    from: 1200,
    cell: ({ os }) => formatSystem(os),
  },
  {
    key: 'cpu',
    label: 'CPU',
    width: 124,
    share: 0.1,
    align: 'left',
    from: 0,
    cell: ({ latest }) => <Meter label="CPU" value={latest?.cpu} />,
  },
  {
    key: 'ram',
    label: 'Memory',
    width: 124,
    share: 0.1,
    align: 'left',
    from: 0,
    cell: ({ latest }) => <Meter label="Memory" value={latest?.ram} />,
  },
  {
    key: 'disk',
    label: 'Disk',
    width: 124,
    share: 0.1,
    align: 'left',
    from: 0,
    cell: ({ latest }) => <Meter label="Disk" value={latest?.disk} />,
  },
  {
    key: 'gpu',
    label: 'GPU',
    width: 110,
    share: 0.085,
    align: 'left',
    from: 1000,
    optional: 'gpu',
    cell: ({ latest }) => <Meter label="GPU" value={latest?.gpu} neutral />,
  },
  {
    key: 'network_in',
    label: 'Net in',
    width: 92,
    align: 'right',
    from: 0,
    cell: ({ latest }) => formatRate(latest?.network_in),
  },
  {
    key: 'network_out',
    label: 'Net out',
    width: 92,
    align: 'right',
    from: 0,
    cell: ({ latest }) => formatRate(latest?.network_out),
  },
  {
    key: 'load1',
    label: 'Load',
    width: 70,
    align: 'right',
    from: 1400,
    optional: 'load1',
    cell: ({ latest }) => formatUnit(latest?.load1, 'load'),
  },
  {
    key: 'temperature',
    label: 'Temp',
    width: 82,
    align: 'right',
    from: 1100,
    optional: 'temperature',
    cell: ({ latest }) => formatUnit(latest?.temperature, 'celsius'),
  },
  {
    key: 'last_seen',
    label: 'Seen',
    width: 92,
    align: 'right',
    from: 900,
    cell: ({ last_seen_at }) => <LastSeen at={last_seen_at} />,
  },
];

/** A column's width in a table of `width` pixels. */
export function columnWidth({ width, share = 0 }: Column, tableWidth: number): number {
  return Math.max(width, Math.round(share * tableWidth));
}

/** The columns that fit into `width` pixels and have values. */
export function columnsFor(width: number, machines: readonly MachineSummary[]): Column[] {
  return COLUMNS.filter(({ from, optional }) => {
    if (width < from) return false;
    return optional === undefined || machines.some(({ latest }) => latest?.[optional] != null);
  });
}
