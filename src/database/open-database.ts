/** Opens the database at the start: waits for it, then brings the schema up to date, once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { StartError } from '../common/errors.js';
import { ADVISORY_LOCKS } from './advisory-locks.js';
import { faultOf } from './faults.js';

const WAIT_FOR_DATABASE_MS = 60_000;
/** The first that detaches partitions without locking out everybody else. */
const OLDEST_POSTGRES = 14;
const EXAMPLES = {
  postgres: 'postgres://procspy:secret@localhost:5432/procspy',
  sqlite: 'sqlite:/var/lib/procspy.db',
};
const logger = new Logger('Database');

/**
 * Runs the pending migrations and connects, waiting up to a minute for a database that is still
 * starting. Throws StartError if it stays away.
 */
export async function openDatabase(options: DataSourceOptions): Promise<DataSource> {
  if (options.type !== 'postgres') {
    const dataSource = await connect(options);
    await dataSource.runMigrations();
    return dataSource;
  }
  await migrate(options);
  const dataSource = await connect(options);
  // A pool client without an error listener would take the process down with the database.
  const pool = (dataSource.driver as unknown as { master: NodeJS.EventEmitter }).master;
  pool.on('error', (error: Error) => logger.warn(`idle connection lost: ${error.message}`));
  return dataSource;
}

async function connect(options: DataSourceOptions): Promise<DataSource> {
  const deadline = Date.now() + WAIT_FOR_DATABASE_MS;
  for (let attempt = 1; ; attempt++) {
    const dataSource = new DataSource(options);
    try {
      return await dataSource.initialize();
    } catch (error) {
      const { message } = error as Error;
      if (faultOf(error) !== 'unreachable' || Date.now() > deadline) {
        throw new StartError(
          `DATABASE_URL: cannot open the database (${message || (error as { code?: string }).code}); for example: ${EXAMPLES[options.type === 'postgres' ? 'postgres' : 'sqlite']}`,
        );
      }
      if (attempt === 1) {
        logger.warn('waiting for the database to accept connections');
      }
      await sleep(Math.min(250 * attempt, 2_000));
    }
  }
}

/**
 * Replicas that start together take turns; the second finds nothing left to do. On connections of
 * its own: a migration, and waiting for another replica's, may take longer than a query may.
 */
async function migrate(options: DataSourceOptions): Promise<void> {
  const dataSource = await connect({ ...options, extra: {} } as DataSourceOptions);
  try {
    const runner = dataSource.createQueryRunner();
    const [row] = await runner.query('SHOW server_version_num');
    requirePostgres(Number(row.server_version_num));
    await runner.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    await dataSource.runMigrations();
    await runner.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCKS.migrations]);
    await runner.release();
  } finally {
    await dataSource.destroy();
  }
}

/** Throws StartError where the server is too old; `version` is its `server_version_num`, e.g. 180004. */
export function requirePostgres(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_POSTGRES) {
    throw new StartError(
      `DATABASE_URL: this is PostgreSQL ${major}; procspy needs PostgreSQL ${OLDEST_POSTGRES} or later`,
    );
  }
}
