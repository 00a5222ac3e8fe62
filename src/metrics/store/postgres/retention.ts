/** Retention on PostgreSQL: whole partitions go, so that nothing blocks ingest. */
import type { Pool } from 'pg';
import { type Tier } from '../../../contracts/index.js';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import type { DialectUsage, StepResult } from '../metrics-store.js';
import { EXPIRY_MARGIN_MS, shedLimit } from '../rollup-plan.js';
import { SAFE_TO_REMOVE, TIERS } from '../series.js';
import type { StoreState } from '../state.js';
import { PartitionRemoval } from './partition-removal.js';
import {
  BLOCK_TABLES,
  type Partition,
  type PartitionedTable,
  type Partitions,
} from './partitions.js';
import type { PostgresHistory } from './postgres-history.js';
import { withoutWriters } from './write-lock.js';

/** Partitioned tables of each tier, but for the head, which is emptied when it is sealed. */
const TABLES: Record<Tier, readonly PartitionedTable[]> = {
  raw: [BLOCK_TABLES.raw.day],
  '1m': [BLOCK_TABLES['1m'].day],
  '1h': ['metrics_1h', 'device_metrics_1h'],
};

/** Tables of rows that are deleted one by one. */
const ROW_TABLES = ['raw_late', 'minute_head'] as const;

/** Removes what is too old, too much, or of a deleted machine. */
export class PostgresRetention {
  private readonly removal: PartitionRemoval;

  constructor(
    private readonly pool: Pool,
    private readonly partitions: Partitions,
    private readonly history: PostgresHistory,
    private readonly now: () => number,
  ) {
    this.removal = new PartitionRemoval(pool);
  }

  /** Drops at most one partition that is past its tier's age. */
  async expire(
    now: number,
    retentionMs: Record<Tier, number>,
    signal: AbortSignal,
  ): Promise<StepResult> {
    return this.dropOldest((tier) => now - retentionMs[tier] - EXPIRY_MARGIN_MS, signal);
  }

  /** Gives back the space of rows that were deleted; nobody waits for it. */
  async tidy(): Promise<void> {
    for (const table of ROW_TABLES) {
      await this.pool.query(`VACUUM ${table}`);
      await this.truncateIfEmpty(table);
    }
  }

  /** A vacuum leaves the pages of indexes behind, which are many after a large backlog. */
  private async truncateIfEmpty(table: (typeof ROW_TABLES)[number]): Promise<void> {
    await withoutWriters(this.pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.rollup})`);
      const { rowCount } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
      if (rowCount === 0) {
        await client.query(`TRUNCATE ${table}`);
      }
    });
  }

  /** Drops at most one partition while the budget is exceeded: raw data first, never today's. */
  async shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    const { totalBytes } = await this.usage();
    if (totalBytes <= budgetBytes) {
      return { rows: 0, more: false };
    }
    const state = await this.history.session.state();
    return this.dropOldest((tier) => Math.min(now, shedLimit(tier, state)), signal);
  }

  /** Bytes by tier, of tables and indexes. */
  async usage(): Promise<DialectUsage> {
    const state = await this.history.session.state();
    const now = this.now();
    const bytes: Record<Tier, number> = { raw: 0, '1m': 0, '1h': 0 };
    const oldest: Record<Tier, number> = { raw: now, '1m': now, '1h': now };
    let bytesPerDay = 0;
    const newest = await this.headBytes();
    for (const tier of TIERS) {
      const partitions = await this.partitions.list(TABLES[tier]);
      bytes[tier] = partitions.reduce((sum, partition) => sum + partition.bytes, newest[tier]);
      oldest[tier] = Math.max(partitions[0]?.start ?? now, Math.min(state.started, now));
      const days = Math.max((now - oldest[tier]) / 86_400_000, 1 / 24);
      bytesPerDay += bytes[tier] / days;
    }
    const totalBytes = bytes.raw + bytes['1m'] + bytes['1h'];
    return { bytes, totalBytes, bytesPerDay: totalBytes > 0 ? bytesPerDay : null, oldest };
  }

  /**
   * Drops a partition whose content is elsewhere by now: of the head what is sealed, of the blocks of hours
   * what is merged. False if there is none.
   */
  async clear(state: StoreState): Promise<boolean> {
    const { signal } = new AbortController();
    if (!(await this.removal.finish(signal))) {
      return false;
    }
    for (const [table, mark] of [
      ['raw_head', 'raw.sealed'],
      [BLOCK_TABLES.raw.hours, 'raw.merged'],
      [BLOCK_TABLES['1m'].hours, '1m.merged'],
    ] as const) {
      const [oldest] = await this.partitions.list([table]);
      if (oldest && oldest.end <= state[mark]) {
        const dropped = await this.removal.remove(oldest.table, oldest.name, signal);
        this.partitions.forget();
        return dropped;
      }
    }
    return false;
  }

  /** Bytes of what is not in blocks of days yet. */
  private async headBytes(): Promise<Record<Tier, number>> {
    const partitions = await this.partitions.list([
      'raw_head',
      BLOCK_TABLES.raw.hours,
      BLOCK_TABLES['1m'].hours,
    ]);
    const { rows } = await this.pool.query<{ late: string; minutes: string }>(
      "SELECT pg_total_relation_size('raw_late') AS late, pg_total_relation_size('minute_head') AS minutes",
    );
    const [{ late, minutes } = { late: 0, minutes: 0 }] = rows;
    const sizes = { raw: Number(late), '1m': Number(minutes), '1h': 0 };
    for (const { table, bytes } of partitions) {
      sizes[table === BLOCK_TABLES['1m'].hours ? '1m' : 'raw'] += bytes;
    }
    return sizes;
  }

  /** Drops the oldest partition that ends before `cutoff` and is no longer needed for roll-ups. */
  private async dropOldest(
    cutoff: (tier: Tier) => number,
    signal: AbortSignal,
  ): Promise<StepResult> {
    signal.throwIfAborted();
    if (!(await this.removal.finish(signal))) {
      return { rows: 0, more: false };
    }
    const state = await this.history.session.state();
    for (const tier of TIERS) {
      const mark = SAFE_TO_REMOVE[tier];
      const end = Math.min(cutoff(tier), mark ? state[mark] : Number.POSITIVE_INFINITY);
      const [oldest] = await this.partitions.list(TABLES[tier]);
      if (oldest && oldest.end <= end && !(await this.awaitsRollup(tier, oldest.end))) {
        return this.drop(tier, oldest, signal);
      }
    }
    return { rows: 0, more: false };
  }

  /** True while late samples before `end` still have to be rolled up out of `tier`. */
  private async awaitsRollup(tier: Tier, end: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'SELECT 1 FROM dirty_buckets WHERE tier = $1 AND start < $2 LIMIT 1',
      [tier === 'raw' ? '1m' : '1h', end],
    );
    return tier !== '1h' && rowCount !== 0;
  }

  private async drop(tier: Tier, partition: Partition, signal: AbortSignal): Promise<StepResult> {
    // First the mark, so that no sample is taken for a day that is about to go.
    await this.history.session.advance(`${tier}.horizon`, partition.end);
    const dropped = await this.removal.remove(partition.table, partition.name, signal);
    this.partitions.forget();
    return { rows: dropped ? 1 : 0, more: dropped };
  }
}
