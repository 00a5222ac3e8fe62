/** Samples on their way into the store: packed, and looked for among those that are there. */

import {
  type DeviceMetricName,
  METRIC_NAMES,
  type MetricName,
  TIER_BUCKET_MS,
} from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { DamagedBlockError } from '../columns/bits.js';
import { RowWriter, writeNumber } from '../columns/packed-row.js';
import { NOT_STORED } from '../device-limits.js';
import type { DeviceRow } from '../devices.js';
import { DEVICE_SERIES } from '../series.js';
import type { StoreState } from '../state.js';
import { deviceMetricId, MACHINE, machineMetricId, TIME_METRIC } from './column-id.js';
import type { BlockRange, HeadRow, HistorySession } from './history-storage.js';
import { decodeTimes } from './segment.js';

const MACHINE_IDS = METRIC_NAMES.map(machineMetricId);
const DEVICE_IDS = DEVICE_SERIES.metrics.map((name) => deviceMetricId(name as DeviceMetricName));

/**
 * The samples as rows of the head. `devices` are the rows of their devices, in the order of the samples,
 * and `ids` belong to them; devices that are not stored are left out.
 */
export function packSamples(
  samples: readonly Sample[],
  devices: readonly DeviceRow[],
  ids: readonly number[],
): HeadRow[] {
  let next = 0;
  return samples.map(({ machineKey, timestamp, values, missing }, index) => {
    rows.begin(missing ? JSON.stringify(missing) : '');
    for (let at = 0; at < METRIC_NAMES.length; at++) {
      const value = values[METRIC_NAMES[at] as MetricName];
      if (value != null) {
        rows.field(MACHINE_IDS[at] as number, value);
      }
    }
    const first = next;
    let stored = 0;
    for (; devices[next]?.sample === index; next++) {
      stored += Number((ids[next] ?? NOT_STORED) !== NOT_STORED);
    }
    rows.devices(stored);
    for (let at = first; at < next; at++) {
      packDevice(ids[at] ?? NOT_STORED, (devices[at] as DeviceRow).values);
    }
    return { machine: machineKey, time: timestamp, data: rows.finish() };
  });
}

const rows = new RowWriter(writeNumber);

function packDevice(id: number, values: readonly (number | null)[]): void {
  if (id === NOT_STORED) {
    return;
  }
  rows.device(id);
  for (let at = 0; at < DEVICE_IDS.length; at++) {
    const value = values[at];
    if (value != null) {
      rows.field(DEVICE_IDS[at] as number, value);
    }
  }
}

/** Adds samples that are new in one transaction, late ones included, and returns their rows. */
export async function addSamples(
  session: HistorySession,
  rows: readonly HeadRow[],
  state: StoreState,
): Promise<HeadRow[]> {
  const late = rows.filter(({ time }) => time < state['raw.closed']);
  const stored = await session.addHeadRows(
    'raw_head',
    rows.filter(({ time }) => time >= state['raw.closed']),
  );
  if (late.length > 0) {
    stored.push(...(await session.addHeadRows('raw_late', await unknownOf(session, late))));
  }
  const width = TIER_BUCKET_MS['1m'];
  const dirty = stored.filter(({ time }) => time < state['1m.closed']);
  await session.markDirty(
    '1m',
    dirty.map(({ machine, time }) => ({ machine, start: Math.floor(time / width) * width })),
  );
  return stored;
}

/** Late rows that are neither in the head, which may still hold their hour, nor in blocks. */
async function unknownOf(session: HistorySession, late: readonly HeadRow[]): Promise<HeadRow[]> {
  const moments = late.map(({ machine, time }) => ({ machine, from: time, to: time + 1 }));
  const known = new Set<string>();
  for (const { machine, time } of await session.headRows('raw_head', moments)) {
    known.add(`${machine}/${time}`);
  }
  const blocks = await session.blocks('raw', spansOf(late));
  for (const { machine, data } of blocks) {
    for (const time of timesOrNone(data)) {
      known.add(`${machine}/${time}`);
    }
  }
  return late.filter(({ machine, time }) => !known.has(`${machine}/${time}`));
}

/** The times of blocks from the first to the last row of each machine. */
function spansOf(rows: readonly HeadRow[]): BlockRange[] {
  const spans = new Map<number, { from: number; to: number }>();
  for (const { machine, time } of rows) {
    const span = spans.get(machine) ?? { from: time, to: time };
    spans.set(machine, { from: Math.min(span.from, time), to: Math.max(span.to, time) });
  }
  return [...spans].map(([machine, { from, to }]) => ({
    machine,
    from,
    to: to + 1,
    columns: [{ device: MACHINE, metric: TIME_METRIC }],
  }));
}

/** A block whose times cannot be read holds nothing that could be repeated. */
function timesOrNone(data: Buffer): Iterable<number> {
  try {
    return decodeTimes(data);
  } catch (error) {
    if (error instanceof DamagedBlockError) {
      return [];
    }
    throw error;
  }
}
