/** Partitions of the history tables: made ahead and for late data. */
import type { Pool, PoolClient } from 'pg';
import { UnavailableError } from '../../../common/errors.js';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Width of each table's partitions, aligned to the epoch: few partitions a query, few to drop. Those of
 * the head are as wide as what is sealed at a time.
 */
const PARTITION_MS = {
  raw_head: HOUR_MS,
  raw_hour_blocks: DAY_MS,
  raw_blocks: DAY_MS,
  minute_hour_blocks: DAY_MS,
  minute_blocks: 7 * DAY_MS,
  hour_day_blocks: 90 * DAY_MS,
  hour_blocks: 90 * DAY_MS,
  metrics_1h: 90 * DAY_MS,
  device_metrics_1h: 30 * DAY_MS,
} as const;

/** A table in partitions by time. */
export type PartitionedTable = keyof typeof PARTITION_MS;

/** How long the making of a partition may wait for others; neither reads nor writes wait behind it. */
const LOCK_TIMEOUT_MS = 2_000;

/** One partition of a table. */
export interface Partition {
  table: PartitionedTable;
  name: string;
  /** Epoch milliseconds. */
  start: number;
  end: number;
  bytes: number;
}

/** Partitions with their bounds in epoch milliseconds, without those that are being removed. */
const BOUNDS = `
  SELECT parent.relname AS "table", child.relname AS name, child.oid,
         (extract(epoch FROM bound[1]::timestamptz) * 1000)::float8 AS start,
         (extract(epoch FROM bound[2]::timestamptz) * 1000)::float8 AS "end"
  FROM pg_inherits
  JOIN pg_class parent ON parent.oid = inhparent
  JOIN pg_class child ON child.oid = inhrelid
  CROSS JOIN LATERAL regexp_match(
    pg_get_expr(child.relpartbound, child.oid), $$FROM \\('(.+)'\\) TO \\('(.+)'\\)$$
  ) AS bound
  WHERE pg_table_is_visible(parent.oid) AND NOT inhdetachpending AND bound IS NOT NULL`;

/** Creates and lists partitions. */
export class Partitions {
  private readonly known = new Set<string>();

  constructor(private readonly pool: Pool) {}

  /** Makes the partitions of a table that hold the times `times` (epoch milliseconds). */
  async ensure(table: PartitionedTable, times: Iterable<number>): Promise<void> {
    const width = PARTITION_MS[table];
    const starts = new Set<number>();
    for (const time of times) {
      starts.add(Math.floor(time / width) * width);
    }
    for (const start of starts) {
      if (!this.known.has(`${table}/${start}`)) {
        await this.create(table, start, start + width);
        this.known.add(`${table}/${start}`);
      }
    }
  }

  /** Forgets what is known: another replica dropped a partition. */
  forget(): void {
    this.known.clear();
  }

  /** The partitions of some tables, oldest first, without those that are being removed. */
  async list(tables: readonly PartitionedTable[]): Promise<Partition[]> {
    const { rows } = await this.pool.query<Omit<Partition, 'bytes'> & { bytes: string }>(
      `SELECT "table", name, start, "end", pg_total_relation_size(oid) AS bytes
       FROM (${BOUNDS}) AS bounds WHERE "table" = ANY ($1) ORDER BY start`,
      [tables],
    );
    return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  }

  /** Attaching lets reads and writes of the parent go on; `PARTITION OF` would stop them. */
  private async create(table: PartitionedTable, start: number, end: number): Promise<void> {
    const made = await this.exclusively(async (client) => {
      const name = nameOf(table, start);
      // One that an earlier version made may be wider.
      const { rows } = await client.query<{ exists: boolean }>(
        `SELECT to_regclass($1) IS NOT NULL OR EXISTS (
           SELECT 1 FROM (${BOUNDS}) AS bounds WHERE "table" = $2 AND start <= $3 AND "end" > $3
         ) AS exists`,
        [name, table, start],
      );
      if (!rows[0]?.exists) {
        await client.query(
          `CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`,
        );
        await client.query(
          `ALTER TABLE ${table} ATTACH PARTITION ${name}
           FOR VALUES FROM ('${new Date(start).toISOString()}') TO ('${new Date(end).toISOString()}')`,
        );
      }
    });
    if (!made) {
      throw new UnavailableError(
        'database.busy',
        'the history tables are locked by another session; push again later',
      );
    }
  }

  /** Runs `work` in a transaction that no other replica's runs beside; false on a lock timeout. */
  private async exclusively(work: (client: PoolClient) => Promise<void>): Promise<boolean> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.partitions]);
      await work(client);
      await client.query('COMMIT');
      client.release();
      return true;
    } catch (error) {
      const timedOut = (error as { code?: string }).code === '55P03';
      if (timedOut) {
        await client.query('ROLLBACK');
        client.release();
        return false;
      }
      client.release(error as Error);
      throw error;
    }
  }
}

/** `raw_blocks_p20260131` for the partition that starts that day, `raw_head_p2026013114` for an hour. */
function nameOf(table: PartitionedTable, start: number): string {
  const length = PARTITION_MS[table] < DAY_MS ? 10 : 8;
  return `${table}_p${new Date(start).toISOString().replace(/\D/g, '').slice(0, length)}`;
}
