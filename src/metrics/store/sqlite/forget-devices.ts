/** Removes devices that have no data left, and the longest silent of those that are too many. */
import type Database from 'better-sqlite3';
import { devicesToForget } from '../device-limits.js';
import type { StepResult } from '../metrics-store.js';
import { DEVICE_SERIES, TIERS, tableOf } from '../series.js';
import { deviceAges } from './device-ages.js';

/** Devices that one step removes. */
const DEVICES_PER_STEP = 200;
/** Rows that one step deletes from one table. */
const ROWS_PER_STEP = 2_000;

/** Goes round the machines, one a step. */
export class ForgetDevices {
  /** The machine that was gone through last. */
  private done = 0;

  constructor(private readonly connection: Database.Database) {}

  /** One bounded step, as one transaction. */
  step(): StepResult {
    return this.connection.transaction(() => this.goOn()).immediate();
  }

  private goOn(): StepResult {
    const machine = this.connection
      .prepare<unknown[], number | null>('SELECT min(machine) FROM devices WHERE machine > ?')
      .pluck()
      .get(this.done);
    if (machine == null) {
      this.done = 0;
      return { rows: 0, more: false };
    }
    const { empty, surplus } = devicesToForget(deviceAges(this.connection, machine));
    const deleted = this.deleteHistory(JSON.stringify(surplus.slice(0, DEVICES_PER_STEP)));
    if (deleted > 0) {
      return { rows: deleted, more: true };
    }
    const removed = this.remove(JSON.stringify(empty.slice(0, DEVICES_PER_STEP)));
    if (empty.length <= DEVICES_PER_STEP) {
      this.done = machine;
    }
    return { rows: removed, more: true };
  }

  private deleteHistory(devices: string): number {
    return TIERS.reduce((deleted, tier) => {
      const table = tableOf(DEVICE_SERIES, tier);
      const { changes } = this.connection
        .prepare(
          `DELETE FROM ${table} WHERE (device, ts) IN (
             SELECT data.device, data.ts FROM json_each(?) AS series
             CROSS JOIN ${table} AS data ON data.device = series.value LIMIT ${ROWS_PER_STEP})`,
        )
        .run(devices);
      return deleted + changes;
    }, 0);
  }

  private remove(devices: string): number {
    const listed = '(SELECT value FROM json_each(?))';
    this.connection
      .prepare(`DELETE FROM dirty_buckets WHERE family = ? AND series IN ${listed}`)
      .run(DEVICE_SERIES.table, devices);
    return this.connection.prepare(`DELETE FROM devices WHERE id IN ${listed}`).run(devices)
      .changes;
  }
}
