/** Removes expired partitions step by step, so that neither reads nor writes ever wait for it. */
import type { Pool, PoolClient } from 'pg';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';

/**
 * The comment by which a removal that was broken off is found again; a table without it was detached
 * by a person and is theirs.
 */
const EXPIRED = 'procspy: expired, to be dropped';

/** How long to wait for those who still read the partition. Nobody waits behind. */
const READERS_MS = 2_000;
/** How long to wait where somebody who makes another partition would wait behind. */
const SHORT_MS = 500;

/** PostgreSQL's codes for a lock that another session holds for too long. */
const LOCK_NOT_AVAILABLE = '55P03';

interface Removal {
  name: string;
  /** The table that it is a part of; `null` once it is detached. */
  parent: string | null;
  /** True if it is half detached: new statements do not see it, older ones still may. */
  pending: boolean;
}

/**
 * Detaches with `CONCURRENTLY`, which takes no lock that a read or a write conflicts with, then drops the
 * table that no query uses any more. A plain DROP locks the whole parent: while it waits for one long
 * reader, every write queues behind it.
 */
export class PartitionRemoval {
  constructor(private readonly pool: Pool) {}

  /** Removes a partition; false if readers held it for too long, then `finish` continues later. */
  async remove(parent: string, name: string, signal: AbortSignal): Promise<boolean> {
    return this.alone(async (client) => {
      await this.within(client, SHORT_MS, `COMMENT ON TABLE ${name} IS '${EXPIRED}'`);
      await this.take(client, { name, parent, pending: false }, signal);
    });
  }

  /** Goes on with removals that were broken off; false while one of them has to wait. */
  async finish(signal: AbortSignal): Promise<boolean> {
    const begun = await this.begun();
    if (begun.length === 0) {
      return true;
    }
    return this.alone(async (client) => {
      for (const removal of begun) {
        await this.take(client, removal, signal);
      }
    });
  }

  private async begun(): Promise<Removal[]> {
    const { rows } = await this.pool.query<Removal>(
      `SELECT child.relname AS name, parent.relname AS parent, coalesce(inhdetachpending, false) AS pending
       FROM pg_description JOIN pg_class child ON child.oid = objoid
       LEFT JOIN pg_inherits ON inhrelid = child.oid
       LEFT JOIN pg_class parent ON parent.oid = inhparent
       WHERE classoid = 'pg_class'::regclass AND objsubid = 0 AND description = $1
         AND child.relkind = 'r' AND pg_table_is_visible(child.oid)`,
      [EXPIRED],
    );
    return rows;
  }

  private async take(
    client: PoolClient,
    { name, parent, pending }: Removal,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    if (parent !== null) {
      const detach = `ALTER TABLE ${parent} DETACH PARTITION ${name}`;
      await (pending
        ? this.within(client, SHORT_MS, `${detach} FINALIZE`)
        : this.within(client, READERS_MS, `${detach} CONCURRENTLY`));
      signal.throwIfAborted();
    }
    await this.within(client, SHORT_MS, `DROP TABLE IF EXISTS ${name}`);
  }

  /** One statement, outside a transaction: it may not wait longer than `ms` for any lock. */
  private async within(client: PoolClient, ms: number, statement: string): Promise<void> {
    await client.query(`SET lock_timeout = ${ms}`);
    await client.query(statement);
  }

  /** Runs `work` on a connection of its own, beside no other replica's; false where it has to wait. */
  private async alone(work: (client: PoolClient) => Promise<void>): Promise<boolean> {
    const client = await this.pool.connect();
    let failure: unknown;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        `SELECT pg_try_advisory_lock(${ADVISORY_LOCKS.partitionRemoval}) AS locked`,
      );
      if (rows[0]?.locked !== true) {
        return false;
      }
      await work(client);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) {
        return false;
      }
      failure = error;
      throw error;
    } finally {
      await this.giveBack(client, failure);
    }
  }

  /** A connection that failed may still hold the lock: it ends, and the lock with it. */
  private async giveBack(client: PoolClient, failure: unknown): Promise<void> {
    if (failure !== undefined) {
      client.release(true);
      return;
    }
    try {
      await client.query(`RESET lock_timeout; SELECT pg_advisory_unlock_all()`);
      client.release();
    } catch (error) {
      client.release(error as Error);
    }
  }
}
