/** Partitions of the history tables: made ahead and for late data. */
import type { Pool, PoolClient } from 'pg';
import { UnavailableError } from '../../../common/errors.js';
import type { Tier } from '../../../contracts/index.js';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import { SERIES_FAMILIES, tableOf } from '../series.js';

const DAY_MS = 86_400_000;

/** Width of a tier's partitions, aligned to the epoch: few partitions a query, few to drop. */
const PARTITION_MS: Record<Tier, number> = { raw: DAY_MS, '1m': 7 * DAY_MS, '1h': 90 * DAY_MS };

/** How long the making of a partition may wait for others; neither reads nor writes wait behind it. */
const LOCK_TIMEOUT_MS = 2_000;

/** One partition of a tier's table. */
export interface Partition {
  table: string;
  name: string;
  /** Epoch milliseconds. */
  start: number;
  end: number;
  bytes: number;
}

/** Creates and lists partitions. */
export class Partitions {
  private readonly known = new Set<string>();

  constructor(private readonly pool: Pool) {}

  /** Makes the partitions that hold the times `times` (epoch milliseconds) of a tier. */
  async ensure(tier: Tier, times: Iterable<number>): Promise<void> {
    const width = PARTITION_MS[tier];
    const starts = new Set<number>();
    for (const time of times) {
      starts.add(Math.floor(time / width) * width);
    }
    for (const start of starts) {
      if (!this.known.has(`${tier}/${start}`)) {
        await this.create(tier, start, start + width);
        this.known.add(`${tier}/${start}`);
      }
    }
  }

  /** Makes every partition from the one of `from` to that of `to`. */
  ensureSpan(tier: Tier, from: number, to: number): Promise<void> {
    const width = PARTITION_MS[tier];
    const times: number[] = [];
    for (let time = Math.floor(from / width) * width; time <= to; time += width) {
      times.push(time);
    }
    return this.ensure(tier, times);
  }

  /** Forgets what is known: another replica dropped a partition. */
  forget(): void {
    this.known.clear();
  }

  /** The partitions of a tier, oldest first, without those that are being removed. */
  async list(tier: Tier): Promise<Partition[]> {
    const tables = SERIES_FAMILIES.map((family) => tableOf(family, tier));
    const { rows } = await this.pool.query<{ table: string; name: string; bytes: string }>(
      `SELECT parent.relname AS table, child.relname AS name, pg_total_relation_size(child.oid) AS bytes
       FROM pg_inherits
       JOIN pg_class parent ON parent.oid = inhparent
       JOIN pg_class child ON child.oid = inhrelid
       WHERE parent.relname = ANY($1) AND pg_table_is_visible(parent.oid) AND NOT inhdetachpending`,
      [tables],
    );
    return rows
      .map(({ table, name, bytes }) => {
        const start = startOf(name);
        return { table, name, start, end: start + PARTITION_MS[tier], bytes: Number(bytes) };
      })
      .sort((one, other) => one.start - other.start);
  }

  /** Attaching lets reads and writes of the parent go on; `PARTITION OF` would stop them. */
  private async create(tier: Tier, start: number, end: number): Promise<void> {
    const made = await this.exclusively(async (client) => {
      for (const family of SERIES_FAMILIES) {
        const table = tableOf(family, tier);
        const name = nameOf(table, start);
        const { rows } = await client.query<{ exists: boolean }>(
          'SELECT to_regclass($1) IS NOT NULL AS exists',
          [name],
        );
        if (!rows[0]?.exists) {
          await client.query(
            `CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
          );
          await client.query(
            `ALTER TABLE ${table} ATTACH PARTITION ${name}
             FOR VALUES FROM ('${new Date(start).toISOString()}') TO ('${new Date(end).toISOString()}')`,
          );
        }
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

/** `metrics_p20260131` for the partition of `metrics` that starts that day. */
function nameOf(table: string, start: number): string {
  return `${table}_p${new Date(start).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

function startOf(name: string): number {
  const [, year, month, day] = /_p(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  return Date.parse(`${year}-${month}-${day}T00:00:00Z`);
}
