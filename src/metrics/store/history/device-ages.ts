/** Which devices a machine has, and when they last had data. */
import type { DeviceKind } from '../../../contracts/index.js';
import type { Device } from '../metrics-store.js';
import { RAW } from './column-codec.js';
import { columnId } from './column-id.js';
import { HEAD_TABLES, type HistorySession } from './history-storage.js';
import { segmentOfRows } from './segment.js';
import { logDamage } from './segment-reader.js';

/** Devices of a machine; `since`: only those that had data at that time or later. */
export async function devicesSince(
  session: HistorySession,
  machine: number,
  kind?: DeviceKind,
  since?: number,
): Promise<Device[]> {
  const devices = await session.devices(machine, kind);
  const ages = since === undefined ? null : await newestInHead(session, machine, since);
  return devices
    .filter(
      ({ id, last }) =>
        since === undefined || (last ?? 0) >= since || (ages?.get(id) ?? 0) >= since,
    )
    .map((device) => ({
      id: device.id,
      machine: device.machine,
      kind: device.kind,
      name: device.name,
    }));
}

/** When devices last had data, of those that have some in the head at `since` or later. */
export async function newestInHead(
  session: HistorySession,
  machine: number,
  since: number,
): Promise<Map<number, number>> {
  const newest = new Map<number, number>();
  for (const table of HEAD_TABLES.raw) {
    const range = { machine, from: since, to: Number.MAX_SAFE_INTEGER };
    const rows = await session.headRows(table, [range]);
    const { times, columns } = segmentOfRows(rows, RAW, null, logDamage('raw'));
    for (const [key, column] of columns) {
      const { device } = columnId(key);
      const time = times[RAW.lastIndex(column)] ?? 0;
      newest.set(device, Math.max(newest.get(device) ?? 0, time));
    }
  }
  return newest;
}
