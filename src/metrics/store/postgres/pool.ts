/** The metric store's own connections: sized apart from the control plane's, and robust. */
import { Logger } from '@nestjs/common';
import { Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { UnavailableError } from '../../../common/errors.js';
import { faultOf } from '../../../database/faults.js';
import { storageFull } from '../storage-full.js';

const logger = new Logger('MetricsDatabase');

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A little longer than the server's own limit: for a peer that hangs. */
const QUERY_TIMEOUT_MS = 35_000;

/** A replica that froze in the middle of a transaction must not hold its locks for long. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** PostgreSQL ends the sessions of a replica that vanished within half a minute. */
const KEEPALIVES =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';
/** Compiling a statement takes longer than most of ours run, however costly they are thought to be. */
const NO_JIT = '-c jit=off';

/** Opens a pool of at most `size` connections; they are made when they are needed. */
export function createPool(url: string, size: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: `${KEEPALIVES} ${NO_JIT}`,
    keepAlive: true,
    application_name: 'procspy metrics',
  });
  // Without these listeners a restart of PostgreSQL would take this process down.
  pool.on('error', (error) => logger.warn(`idle connection lost: ${error.message}`));
  pool.on('connect', (client) =>
    client.on('error', (error) => logger.warn(`connection lost: ${error.message}`)),
  );
  return pool;
}

/**
 * Runs `work` in one transaction; statements of `preamble` travel with the BEGIN and their rows are
 * handed to `work`. When it fails the connection is not trusted again unless the rollback succeeds.
 * Rejects with what `work` threw.
 */
export async function inTransaction<result>(
  pool: Pool,
  preamble: string,
  work: (client: PoolClient, preambleRows: QueryResultRow[]) => Promise<result>,
): Promise<result> {
  const client = await pool.connect();
  try {
    const begun: unknown = await client.query(`BEGIN; ${preamble}`);
    const last = (Array.isArray(begun) ? begun.at(-1) : begun) as QueryResult;
    const outcome = await work(client, last.rows);
    await client.query('COMMIT');
    client.release();
    return outcome;
  } catch (error) {
    await rollback(client);
    throw error;
  }
}

async function rollback(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch (error) {
    client.release(error as Error);
  }
}

/**
 * PostgreSQL's codes for what passes: out of memory, a standby that has not been promoted yet,
 * cancelled by the statement timeout.
 */
const PASSING_CODES = new Set(['53200', '25006', '57014']);

/** The error for callers: "away" and "full" become UnavailableError, anything else stays. */
export function storeError(error: unknown): unknown {
  const fault = faultOf(error);
  if (fault === 'storage_full') {
    return storageFull();
  }
  const { code } = error as { code?: string };
  if ((code !== undefined && PASSING_CODES.has(code)) || fault === 'unreachable') {
    return new UnavailableError(
      'database.unavailable',
      'the database cannot be reached; push again later',
      2,
    );
  }
  return error;
}
