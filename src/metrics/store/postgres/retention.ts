/** Retention on PostgreSQL: whole partitions go, so that nothing blocks ingest. */
import type { Pool } from 'pg';
import { type Tier } from '../../../contracts/index.js';
import type { StepResult, StorageUsage } from '../metrics-store.js';
import { EXPIRY_MARGIN_MS, shedLimit } from '../rollup-plan.js';
import { SAFE_TO_REMOVE, SERIES_FAMILIES, TIERS, tableOf } from '../series.js';
import type { DeviceIds } from './device-ids.js';
import { PartitionRemoval } from './partition-removal.js';
import type { Partition, Partitions } from './partitions.js';
import { readState, setState } from './rollup.js';

/** Rows that one step of deleting a machine removes from one table. */
const ROWS_PER_STEP = 5_000;

/** Removes what is too old, too much, or of a deleted machine. */
export class PostgresRetention {
  private readonly removal: PartitionRemoval;

  constructor(
    private readonly pool: Pool,
    private readonly partitions: Partitions,
    private readonly devices: DeviceIds,
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

  /** Drops at most one partition while the budget is exceeded: raw data first, never today's. */
  async shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    const { totalBytes } = await this.usage();
    if (totalBytes <= budgetBytes) {
      return { rows: 0, more: false };
    }
    const state = await readState(this.pool);
    return this.dropOldest((tier) => Math.min(now, shedLimit(tier, state)), signal);
  }

  /** Deletes a bounded number of a machine's rows. */
  async deleteMachine(machineKey: number): Promise<StepResult> {
    for (const family of [...SERIES_FAMILIES].reverse()) {
      const series =
        family.key === 'machine' ? 'SELECT $1::int' : 'SELECT id FROM devices WHERE machine = $1';
      for (const tier of TIERS) {
        const table = tableOf(family, tier);
        const { rowCount } = await this.pool.query(
          `DELETE FROM ${table} USING (
             SELECT ${family.key}, ts FROM ${table} WHERE ${family.key} IN (${series}) LIMIT ${ROWS_PER_STEP}
           ) AS gone WHERE ${table}.${family.key} = gone.${family.key} AND ${table}.ts = gone.ts`,
          [machineKey],
        );
        if (rowCount) {
          return { rows: rowCount, more: true };
        }
      }
      await this.pool.query(
        `DELETE FROM dirty_buckets WHERE family = $2 AND series IN (${series})`,
        [machineKey, family.table],
      );
    }
    const { rowCount } = await this.pool.query('DELETE FROM devices WHERE machine = $1', [
      machineKey,
    ]);
    this.devices.forget(machineKey);
    return { rows: rowCount ?? 0, more: false };
  }

  /** Bytes by tier, of tables and indexes. */
  async usage(): Promise<StorageUsage> {
    const state = await readState(this.pool);
    const now = this.now();
    const bytes: Record<Tier, number> = { raw: 0, '1m': 0, '1h': 0 };
    const oldest: Record<Tier, number> = { raw: now, '1m': now, '1h': now };
    let bytesPerDay = 0;
    for (const tier of TIERS) {
      const partitions = await this.partitions.list(tier);
      bytes[tier] = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
      oldest[tier] = Math.max(partitions[0]?.start ?? now, Math.min(state.started, now));
      const days = Math.max((now - oldest[tier]) / 86_400_000, 1 / 24);
      bytesPerDay += bytes[tier] / days;
    }
    const totalBytes = bytes.raw + bytes['1m'] + bytes['1h'];
    return { bytes, totalBytes, bytesPerDay: totalBytes > 0 ? bytesPerDay : null, oldest };
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
    const state = await readState(this.pool);
    for (const tier of TIERS) {
      const mark = SAFE_TO_REMOVE[tier];
      const end = Math.min(cutoff(tier), mark ? state[mark] : Number.POSITIVE_INFINITY);
      const [oldest] = await this.partitions.list(tier);
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
    await setState(this.pool, `${tier}.horizon`, partition.end);
    const dropped = await this.removal.remove(partition.table, partition.name, signal);
    this.partitions.forget();
    return { rows: dropped ? 1 : 0, more: dropped };
  }
}
