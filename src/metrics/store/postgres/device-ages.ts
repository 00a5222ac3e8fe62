/** When devices last had data, by one index look-up in each tier until one has some. */
import type { Pool } from 'pg';
import type { DeviceKind } from '../../../contracts/index.js';
import type { DeviceAge } from '../device-limits.js';
import type { Device } from '../metrics-store.js';
import { DEVICE_SERIES, TIERS, tableOf } from '../series.js';

const LATEST = TIERS.map(
  (tier) =>
    `(SELECT ts FROM ${tableOf(DEVICE_SERIES, tier)} WHERE device = devices.id ORDER BY ts DESC LIMIT 1)`,
);

const SQL = `
  SELECT id, machine, kind, name,
         (extract(epoch FROM coalesce(${LATEST})) * 1000)::float8 AS last
  FROM devices WHERE machine = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY kind, name`;

/** Every device of a machine, of one kind or of all, with its age. */
export async function deviceAges(
  pool: Pool,
  machineKey: number,
  kind?: DeviceKind,
): Promise<(Device & DeviceAge)[]> {
  const { rows } = await pool.query<Device & DeviceAge>(SQL, [machineKey, kind ?? null]);
  return rows;
}
