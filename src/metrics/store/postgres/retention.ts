/** Retention on PostgreSQL: whole partitions go, so that nothing blocks ingest. */
import type { Pool } from 'pg';
import { type Tier } from '../../../contracts/index.js';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import { BLOCK_TABLES } from '../history/blocks.js';
import type { DialectUsage, StepResult } from '../metrics-store.js';
import { EXPIRY_MARGIN_MS, shedLimit } from '../rollup-plan.js';
import { SAFE_TO_REMOVE, TIERS } from '../series.js';
import { ALL_CONVERTED, type StoreState } from '../state.js';
import { PartitionRemoval } from './partition-removal.js';
import type { Partition, PartitionedTable, Partitions } from './partitions.js';
import type { PostgresHistory } from './postgres-history.js';
import { withoutWriters } from './write-lock.js';

/** Rows of the hours of devices, for plain SQL: many, and not kept for longer than minutes. */
const DEVICE_HOURS = 'device_metrics_1h';

/** What a tier loses with its age; the head is emptied when it is sealed. */
const TABLES: Record<Tier, readonly PartitionedTable[]> = {
  raw: [BLOCK_TABLES.raw.large],
  '1m': [BLOCK_TABLES['1m'].large],
  '1h': [BLOCK_TABLES['1h'].large, 'metrics_1h'],
};

/** What takes a tier's space, but for what is not in large blocks yet. */
const COUNTED_TABLES: Record<Tier, readonly PartitionedTable[]> = {
  ...TABLES,
  '1h': [...TABLES['1h'], DEVICE_HOURS],
};

/** Tables of rows that are deleted one by one, and their tiers. */
const ROW_TABLES = {
  raw_late: 'raw',
  minute_head: '1m',
  hour_head: '1h',
} as const satisfies Record<string, Tier>;

const ROW_NAMES = Object.keys(ROW_TABLES) as (keyof typeof ROW_TABLES)[];

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
    const cutoff = (tier: Tier) => now - retentionMs[tier] - EXPIRY_MARGIN_MS;
    const dropped = await this.dropDeviceHours(Math.max(cutoff('1m'), cutoff('1h')), signal);
    return dropped ?? this.dropOldest(cutoff, signal);
  }

  /** Drops a partition of the hours of devices that are in blocks alone from then on; `null` if there is none. */
  private async dropDeviceHours(before: number, signal: AbortSignal): Promise<StepResult | null> {
    const state = await this.history.session.state();
    const [oldest] = await this.partitions.list([DEVICE_HOURS]);
    if (!oldest || oldest.end > before || state['1h.converted'] < ALL_CONVERTED) {
      return null;
    }
    signal.throwIfAborted();
    const dropped =
      (await this.removal.finish(signal)) &&
      (await this.removal.remove(oldest.table, oldest.name, signal));
    this.partitions.forget();
    return { rows: dropped ? 1 : 0, more: dropped };
  }

  /** Gives back the space of rows that were deleted; nobody waits for it. */
  async tidy(): Promise<void> {
    for (const table of ROW_NAMES) {
      await this.pool.query(`VACUUM ${table}`);
      await this.truncateIfEmpty(table);
    }
  }

  /** A vacuum leaves the pages of indexes behind, which are many after a large backlog. */
  private async truncateIfEmpty(table: keyof typeof ROW_TABLES): Promise<void> {
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
      const partitions = await this.partitions.list(COUNTED_TABLES[tier]);
      bytes[tier] = partitions.reduce((sum, partition) => sum + partition.bytes, newest[tier]);
      oldest[tier] = Math.max(partitions[0]?.start ?? now, Math.min(state.started, now));
      const days = Math.max((now - oldest[tier]) / 86_400_000, 1 / 24);
      bytesPerDay += bytes[tier] / days;
    }
    const totalBytes = bytes.raw + bytes['1m'] + bytes['1h'];
    return { bytes, totalBytes, bytesPerDay: totalBytes > 0 ? bytesPerDay : null, oldest };
  }

  /**
   * Drops a partition whose content is elsewhere by now: of the head what is sealed, of small blocks what is
   * merged. False if there is none.
   */
  async clear(state: StoreState): Promise<boolean> {
    const { signal } = new AbortController();
    if (!(await this.removal.finish(signal))) {
      return false;
    }
    for (const [table, mark] of [
      ['raw_head', 'raw.sealed'],
      [BLOCK_TABLES.raw.small, 'raw.merged'],
      [BLOCK_TABLES['1m'].small, '1m.merged'],
      [BLOCK_TABLES['1h'].small, '1h.merged'],
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

  /** Bytes of what is not in large blocks yet. */
  private async headBytes(): Promise<Record<Tier, number>> {
    const sizes: Record<Tier, number> = { raw: 0, '1m': 0, '1h': 0 };
    for (const { bytes } of await this.partitions.list(['raw_head'])) {
      sizes.raw += bytes;
    }
    for (const tier of TIERS) {
      for (const { bytes } of await this.partitions.list([BLOCK_TABLES[tier].small])) {
        sizes[tier] += bytes;
      }
    }
    const { rows } = await this.pool.query<{ name: keyof typeof ROW_TABLES; bytes: string }>(
      'SELECT name, pg_total_relation_size(name::regclass) AS bytes FROM unnest($1::text[]) AS name',
      [ROW_NAMES],
    );
    for (const { name, bytes } of rows) {
      sizes[ROW_TABLES[name]] += Number(bytes);
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
