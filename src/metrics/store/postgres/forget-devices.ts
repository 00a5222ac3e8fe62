/** Removes devices that have no data left, and the longest silent of those that are too many. */
import type { Pool } from 'pg';
import { devicesToForget } from '../device-limits.js';
import type { StepResult } from '../metrics-store.js';
import { DEVICE_SERIES, TIERS, tableOf } from '../series.js';
import { deviceAges } from './device-ages.js';
import { withoutWriters } from './write-lock.js';

/** Devices that one step removes: writers wait meanwhile. */
const DEVICES_PER_STEP = 200;
/** Rows that one step deletes from one table. */
const ROWS_PER_STEP = 5_000;

/** Goes round the machines, one a step. */
export class ForgetDevices {
  /** The machine that was gone through last. */
  private done = 0;

  constructor(private readonly pool: Pool) {}

  /** One bounded step. */
  async step(): Promise<StepResult> {
    const { rows } = await this.pool.query<{ machine: number | null }>(
      'SELECT min(machine) AS machine FROM devices WHERE machine > $1',
      [this.done],
    );
    const machine = rows[0]?.machine ?? null;
    if (machine === null) {
      this.done = 0;
      return { rows: 0, more: false };
    }
    const { empty, surplus } = devicesToForget(await deviceAges(this.pool, machine));
    const deleted = await this.deleteHistory(surplus.slice(0, DEVICES_PER_STEP));
    if (deleted > 0) {
      return { rows: deleted, more: true };
    }
    const removed = await this.remove(empty.slice(0, DEVICES_PER_STEP));
    if (removed === null) {
      return { rows: 0, more: false };
    }
    if (empty.length <= DEVICES_PER_STEP) {
      this.done = machine;
    }
    return { rows: removed, more: true };
  }

  private async deleteHistory(devices: readonly number[]): Promise<number> {
    let deleted = 0;
    for (const tier of devices.length > 0 ? TIERS : []) {
      const table = tableOf(DEVICE_SERIES, tier);
      const { rowCount } = await this.pool.query(
        `DELETE FROM ${table} USING (
           SELECT device, ts FROM ${table} WHERE device = ANY ($1) LIMIT ${ROWS_PER_STEP}
         ) AS gone WHERE ${table}.device = gone.device AND ${table}.ts = gone.ts`,
        [devices],
      );
      deleted += rowCount ?? 0;
    }
    return deleted;
  }

  /** `null` if writers did not make way. */
  private async remove(devices: readonly number[]): Promise<number | null> {
    if (devices.length === 0) {
      return 0;
    }
    return withoutWriters(this.pool, async (client) => {
      // A writer may have been quicker; the other tiers get only what comes through this one.
      const { rows } = await client.query<{ id: number }>(
        `DELETE FROM devices WHERE id = ANY ($1)
           AND NOT EXISTS (SELECT 1 FROM ${DEVICE_SERIES.table} WHERE device = devices.id)
         RETURNING id`,
        [devices],
      );
      if (rows.length > 0) {
        await client.query('DELETE FROM dirty_buckets WHERE family = $1 AND series = ANY ($2)', [
          DEVICE_SERIES.table,
          rows.map(({ id }) => id),
        ]);
        // Every replica's writer sees this before it commits rows of an id that is gone.
        await client.query(
          "UPDATE metric_store_state SET value = value + 1 WHERE name = 'devices.forgotten'",
        );
      }
      return rows.length;
    });
  }
}
