/** Picks the store for a database. */
import type { DatabaseConfig } from '../../config/server-config.js';
import { HistoryStore } from './history/history-store.js';
import type { MetricsStore } from './metrics-store.js';
import { PostgresDialect } from './postgres/postgres-dialect.js';
import type { RefusedDevicesService } from './refused-devices.service.js';
import { SqliteDialect } from './sqlite/sqlite-dialect.js';

/** The store for `database`, not yet open; `now` returns epoch milliseconds. */
export function createMetricsStore(
  database: DatabaseConfig,
  now: () => number,
  refusedDevices: RefusedDevicesService,
): MetricsStore {
  return new HistoryStore(
    (sawState) =>
      database.dialect === 'postgres'
        ? new PostgresDialect(database.url, now, refusedDevices, sawState)
        : new SqliteDialect(database.file, now, refusedDevices, sawState),
    now,
  );
}
