/** When devices last had data, by one index look-up in each tier until one has some. */
import type Database from 'better-sqlite3';
import type { DeviceKind } from '../../../contracts/index.js';
import type { DeviceAge } from '../device-limits.js';
import type { Device } from '../metrics-store.js';
import { DEVICE_SERIES, TIERS, tableOf } from '../series.js';

const LATEST = TIERS.map(
  (tier) =>
    `(SELECT ts FROM ${tableOf(DEVICE_SERIES, tier)} WHERE device = devices.id ORDER BY ts DESC LIMIT 1)`,
);

const SQL = `
  SELECT id, machine, kind, name, coalesce(${LATEST}) AS last
  FROM devices WHERE machine = @machine AND (@kind IS NULL OR kind = @kind) ORDER BY kind, name`;

/** Every device of a machine, of one kind or of all, with its age. */
export function deviceAges(
  connection: Database.Database,
  machineKey: number,
  kind?: DeviceKind,
): (Device & DeviceAge)[] {
  return connection
    .prepare<unknown[], Device & DeviceAge>(SQL)
    .all({ machine: machineKey, kind: kind ?? null });
}
