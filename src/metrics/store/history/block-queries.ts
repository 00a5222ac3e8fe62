/** Ranges of blocks brought into as few queries as they need. */
import type { BlockRange } from './history-storage.js';

/** Blocks to read of several machines at once. */
export interface BlockQuery {
  machines: number[];
  from: number;
  to: number;
  /** Every metric of every device, and of the machine itself as device 0; `null`: all columns. */
  columns: { devices: number[]; metrics: number[] } | null;
}

/** The queries for some ranges; each block is the answer of one. */
export function blockQueries(ranges: readonly BlockRange[]): BlockQuery[] {
  return alike(ranges).flatMap((list) => {
    const [{ from, to, columns }] = list as [BlockRange];
    const machines = list.map(({ machine }) => machine);
    const sets = columns === null ? [null] : columnSets(columns);
    return sets.map((set) => ({ machines, from, to, columns: set }));
  });
}

/** Ranges that differ by their machine alone, as lists. */
function alike(ranges: readonly BlockRange[]): BlockRange[][] {
  return grouped(ranges, ({ from, to, columns }) => {
    const names = columns?.map(({ device, metric }) => `${device}.${metric}`);
    return `${from}/${to}/${names}`;
  });
}

/** Devices with the same metrics share a set. */
function columnSets(columns: NonNullable<BlockRange['columns']>): BlockQuery['columns'][] {
  const byDevice = grouped(columns, ({ device }) => device).map((list) => ({
    device: list[0]?.device ?? 0,
    metrics: list.map(({ metric }) => metric),
  }));
  return grouped(byDevice, ({ metrics }) => metrics.join()).map((list) => ({
    devices: list.map(({ device }) => device),
    metrics: list[0]?.metrics ?? [],
  }));
}

function grouped<item>(items: readonly item[], keyOf: (item: item) => unknown): item[][] {
  const groups = new Map<unknown, item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return [...groups.values()];
}
