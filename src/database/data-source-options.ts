/** How the database is opened: one builder for the server, the migration command line and tests. */
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/server-config.js';
import { CandidClient } from './candid-client.js';
import { migrations } from './migrations/index.js';
import { Database } from './sqlite-driver.js';

/** Connections that the control plane keeps; the metric store has its own. */
const CONTROL_POOL_SIZE = 5;

/** Options for TypeORM; the entities come with their modules. Never synchronizes. */
export function dataSourceOptions(database: DatabaseConfig): DataSourceOptions {
  const common = {
    synchronize: false,
    migrationsRun: false,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each' as const,
    logging: false,
  };
  if (database.dialect === 'postgres') {
    return {
      ...common,
      type: 'postgres',
      url: database.url,
      poolSize: CONTROL_POOL_SIZE,
      connectTimeoutMS: 5_000,
      applicationName: 'procspy',
      extra: {
        Client: CandidClient,
        query_timeout: 30_000,
        statement_timeout: 30_000,
        keepAlive: true,
      },
    };
  }
  return {
    ...common,
    type: 'better-sqlite3',
    driver: Database,
    database: database.file,
    enableWAL: true,
    timeout: 5_000,
    prepareDatabase: (connection: { pragma(source: string): unknown }) => {
      // Counts for a new file only: what is deleted can be given back to the file system.
      connection.pragma('auto_vacuum = INCREMENTAL');
      // A commit is durable when it returns, also through a power cut.
      connection.pragma('synchronous = FULL');
      connection.pragma('foreign_keys = ON');
    },
  };
}
