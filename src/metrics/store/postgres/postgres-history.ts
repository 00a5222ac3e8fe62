/** The storage port on PostgreSQL. */
import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import type { HistorySession, HistoryStorage, StorageLock } from '../history/history-storage.js';
import { STATE_NAMES, type StoreState } from '../state.js';
import type { Partitions } from './partitions.js';
import { inTransaction } from './pool.js';
import { PostgresSession } from './postgres-session.js';
import { withoutWriters } from './write-lock.js';

/** The storage port over a pool. */
export class PostgresHistory implements HistoryStorage {
  readonly session: HistorySession;
  private readonly pool: Pool;

  constructor(
    /** The first one is used; all are closed. */
    private readonly pools: readonly [Pool, ...Pool[]],
    private readonly partitions: Partitions,
  ) {
    [this.pool] = pools;
    this.session = new PostgresSession(this.pool, partitions);
  }

  async open(initial: StoreState): Promise<void> {
    await this.pool.query(
      `INSERT INTO metric_store_state (name, value)
       SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING`,
      [STATE_NAMES, STATE_NAMES.map((name) => initial[name])],
    );
  }

  async transaction<result>(
    lock: StorageLock,
    work: (session: HistorySession) => Promise<result>,
  ): Promise<result | null> {
    if (lock === 'writers') {
      return withoutWriters(this.pool, (client) =>
        work(new PostgresSession(client, this.partitions)),
      );
    }
    const preamble =
      lock === null
        ? ''
        : `SELECT pg_advisory_xact_lock${lock === 'rollup' ? '' : '_shared'}(${ADVISORY_LOCKS.rollup})`;
    return inTransaction(this.pool, preamble, (client) =>
      work(new PostgresSession(client, this.partitions)),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}
