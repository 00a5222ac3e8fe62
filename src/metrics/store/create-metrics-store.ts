/** Picks the store for a database. */
import type { DatabaseConfig } from '../../config/server-config.js';
import type { MetricsStore } from './metrics-store.js';
import { PostgresMetricsStore } from './postgres/postgres-metrics-store.js';
import type { RefusedDevicesService } from './refused-devices.service.js';
import { SqliteMetricsStore } from './sqlite/sqlite-metrics-store.js';

/** The store for `database`, not yet open; `now` returns epoch milliseconds. */
export function createMetricsStore(
  database: DatabaseConfig,
  now: () => number,
  refusedDevices: RefusedDevicesService,
): MetricsStore {
  return database.dialect === 'postgres'
    ? new PostgresMetricsStore(database.url, now, refusedDevices)
    : new SqliteMetricsStore(database.file, now, refusedDevices);
}
