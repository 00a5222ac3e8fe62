/** Retention on SQLite: a bounded number of rows at a time, and the pages given back. */
import type Database from 'better-sqlite3';
import { TIER_BUCKET_MS, type Tier } from '../../../contracts/index.js';
import type { StepResult, StorageUsage } from '../metrics-store.js';
import { EXPIRY_MARGIN_MS, shedLimit } from '../rollup-plan.js';
import { SAFE_TO_REMOVE, SERIES_FAMILIES, type SeriesFamily, TIERS, tableOf } from '../series.js';
import type { SqliteState } from './state.js';

/** Rows that one step deletes of one series. */
const ROWS_PER_STEP = 2_000;
/** Pages that one step gives back to the file system. */
const PAGES_PER_STEP = 2_000;
/** How much of a tier's oldest data goes at a time while the budget is exceeded. */
const SHED_MS: Record<Tier, number> = {
  raw: 6 * TIER_BUCKET_MS['1h'],
  '1m': 2 * 24 * TIER_BUCKET_MS['1h'],
  '1h': 30 * 24 * TIER_BUCKET_MS['1h'],
};

/**
 * What a tier has of the bytes of a day, at a sample every ten seconds (docs/benchmarks.md): tells
 * the rate of growth from the size of the whole file and the time that each tier reaches back.
 */
const SHARE_OF_DAY: Record<Tier, number> = { raw: 0.66, '1m': 0.33, '1h': 0.01 };

/** Removes what is too old, too much, or of a deleted machine. */
export class SqliteRetention {
  constructor(
    private readonly connection: Database.Database,
    private readonly state: SqliteState,
  ) {}

  /** Deletes a bounded number of rows that are past their tier's age. */
  expire(now: number, retentionMs: Record<Tier, number>): StepResult {
    const cutoff = (tier: Tier) => now - retentionMs[tier] - EXPIRY_MARGIN_MS;
    for (const tier of TIERS) {
      this.moveHorizon(tier, cutoff(tier));
      for (const family of SERIES_FAMILIES) {
        const rows = this.deleteOldest(family, tier, this.state.current[`${tier}.horizon`]);
        if (rows > 0) {
          return { rows, more: true };
        }
      }
    }
    this.connection.pragma(`incremental_vacuum(${PAGES_PER_STEP})`);
    return { rows: 0, more: false };
  }

  /** Moves a tier's horizon up while the budget is exceeded; `expire` then deletes. */
  shed(now: number, budgetBytes: number): StepResult {
    const none = { rows: 0, more: false };
    if (this.usedBytes() <= budgetBytes) {
      return none;
    }
    for (const tier of TIERS) {
      const oldest = this.oldest(SERIES_FAMILIES, tier) ?? Number.POSITIVE_INFINITY;
      if (oldest < this.state.current[`${tier}.horizon`]) {
        // Not deleted yet, so what that will free is unknown.
        return none;
      }
      const end = Math.min(oldest + SHED_MS[tier], shedLimit(tier, this.state.current));
      if (end <= now && this.moveHorizon(tier, end)) {
        return { rows: 1, more: false };
      }
    }
    return none;
  }

  /** Deletes a bounded number of a machine's rows. */
  deleteMachine(machineKey: number): StepResult {
    for (const family of [...SERIES_FAMILIES].reverse()) {
      const series =
        family.key === 'machine' ? 'SELECT ?' : 'SELECT id FROM devices WHERE machine = ?';
      for (const tier of TIERS) {
        const table = tableOf(family, tier);
        const rows = this.connection
          .prepare(
            `DELETE FROM ${table} WHERE (${family.key}, ts) IN (
               SELECT ${family.key}, ts FROM ${table} WHERE ${family.key} IN (${series}) LIMIT ${ROWS_PER_STEP})`,
          )
          .run(machineKey).changes;
        if (rows > 0) {
          return { rows, more: true };
        }
      }
      this.connection
        .prepare(
          `DELETE FROM dirty_buckets WHERE family = '${family.table}' AND series IN (${series})`,
        )
        .run(machineKey);
    }
    const rows = this.connection
      .prepare('DELETE FROM devices WHERE machine = ?')
      .run(machineKey).changes;
    return { rows, more: false };
  }

  /** Bytes of the whole file: SQLite tells no cheaper what each table takes. */
  usage(now: number): StorageUsage {
    const totalBytes = this.usedBytes();
    const raw = this.oldest(SERIES_FAMILIES, 'raw') ?? now;
    const oldest = {
      raw,
      '1m': this.oldest(SERIES_FAMILIES, '1m') ?? raw,
      '1h': this.oldest(SERIES_FAMILIES, '1h') ?? raw,
    };
    const days = TIERS.reduce(
      (sum, tier) => sum + (SHARE_OF_DAY[tier] * (now - oldest[tier])) / 86_400_000,
      0,
    );
    return { bytes: null, totalBytes, bytesPerDay: totalBytes / Math.max(days, 1 / 24), oldest };
  }

  private usedBytes(): number {
    const number = (name: string) => Number(this.connection.pragma(name, { simple: true }));
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }

  /**
   * Gives up a tier's data before `time` (to the hour), but never before it is rolled up; `expire`
   * then deletes it. False if the horizon stays where it is.
   */
  private moveHorizon(tier: Tier, time: number): boolean {
    const hour = TIER_BUCKET_MS['1h'];
    const before = this.state.current[`${tier}.horizon`];
    const end = Math.min(time, this.rolledUpTo(tier));
    this.state.advance(`${tier}.horizon`, Math.floor(end / hour) * hour);
    return this.state.current[`${tier}.horizon`] > before;
  }

  /** Up to where a tier's data also lives in the next coarser one, late samples included. */
  private rolledUpTo(tier: Tier): number {
    const mark = SAFE_TO_REMOVE[tier];
    if (!mark) {
      return Number.POSITIVE_INFINITY;
    }
    const dirty = this.connection
      .prepare('SELECT min(start) FROM dirty_buckets WHERE tier = ?')
      .pluck()
      .get(tier === 'raw' ? '1m' : '1h');
    return typeof dirty === 'number'
      ? Math.min(this.state.current[mark], dirty)
      : this.state.current[mark];
  }

  /** Time of the oldest row of a tier, by one index look-up a series. */
  private oldest(families: readonly SeriesFamily[], tier: Tier): number | null {
    const times = families.map((family) =>
      this.connection
        .prepare(
          `SELECT min((SELECT ts FROM ${tableOf(family, tier)} WHERE ${family.key} = series.key ORDER BY ts LIMIT 1))
           FROM (${family.allKeys}) AS series`,
        )
        .pluck()
        .get(),
    );
    const known = times.filter((time) => typeof time === 'number');
    return known.length > 0 ? Math.min(...known) : null;
  }

  /** Deletes rows before `cutoff` of as many series as make up one step. */
  private deleteOldest(family: SeriesFamily, tier: Tier, cutoff: number): number {
    const table = tableOf(family, tier);
    return this.connection
      .prepare(
        `DELETE FROM ${table} WHERE (${family.key}, ts) IN (
           SELECT data.${family.key}, data.ts FROM (${family.allKeys}) AS series
           CROSS JOIN ${table} AS data ON data.${family.key} = series.key AND data.ts < ?
           LIMIT ${ROWS_PER_STEP})`,
      )
      .run(cutoff).changes;
  }
}
