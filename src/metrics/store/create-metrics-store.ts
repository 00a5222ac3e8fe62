/** Picks the store for a database. */
import type { DatabaseConfig } from '../../config/server-config.js';
import type { MetricsStore } from './metrics-store.js';
import { PostgresMetricsStore } from './postgres/postgres-metrics-store.js';
import { SqliteMetricsStore } from './sqlite/sqlite-metrics-store.js';

/** The store for `database`, not yet open; `now` tells epoch milliseconds. */
export function createMetricsStore(database: DatabaseConfig, now: () => number): MetricsStore {
  return database.dialect === 'postgres'
    ? new PostgresMetricsStore(database.url, now)
    : new SqliteMetricsStore(database.file, now);
}
