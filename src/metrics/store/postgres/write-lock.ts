/** The lock between writers and jobs that change what writers rely on. */
import type { Pool, PoolClient } from 'pg';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import { inTransaction } from './pool.js';

/** How long an exclusive request waits for writers; new writers queue behind it. */
const TIMEOUT_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Holds off who wants the lock alone, until the transaction ends. */
export const SHARE_WRITE_LOCK = `SELECT pg_advisory_xact_lock_shared(${ADVISORY_LOCKS.writes})`;

/** Runs `work` in a transaction beside which no write is under way; `null` if one took too long. */
export async function withoutWriters<result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<result>,
): Promise<result | null> {
  try {
    return await inTransaction(
      pool,
      `SET LOCAL lock_timeout = ${TIMEOUT_MS}; SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.writes})`,
      work,
    );
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) {
      return null;
    }
    throw error;
  }
}
