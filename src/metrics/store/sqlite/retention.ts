/** Retention on SQLite: a bounded number of rows at a time, and the pages given back. */
import type Database from 'better-sqlite3';
import type { Tier } from '../../../contracts/index.js';
import { BLOCK_SIZES, BLOCK_TABLES, blockStart } from '../history/blocks.js';
import { HEAD_TABLES } from '../history/history-storage.js';
import type { DialectUsage, StepResult } from '../metrics-store.js';
import { EXPIRY_MARGIN_MS, shedLimit } from '../rollup-plan.js';
import { SAFE_TO_REMOVE, TIERS } from '../series.js';
import { ALL_CONVERTED, type StateName } from '../state.js';
import { readState } from './sqlite-session.js';

/** Rows that one step deletes from one table. */
const ROWS_PER_STEP = 2_000;
/** Pages that one step gives back to the file system. */
const PAGES_PER_STEP = 2_000;
const DAY_MS = 86_400_000;
/** How much of a tier's oldest data goes at a time while the budget is exceeded. */
const SHED_MS: Record<Tier, number> = { raw: DAY_MS, '1m': 2 * DAY_MS, '1h': 90 * DAY_MS };

/** A table with history: its key, its column of times, and what its series are called in the registry. */
interface HistoryTable {
  name: string;
  key: 'machine' | 'device';
  time: 'start' | 'ts';
}

const RAW_HEAD: HistoryTable = { name: 'raw_head', key: 'machine', time: 'ts' };

/** Rows of the hours of devices, for plain SQL: many, and not kept for longer than minutes. */
const DEVICE_HOURS: HistoryTable = { name: 'device_metrics_1h', key: 'device', time: 'ts' };

const TABLES: Record<Tier, readonly HistoryTable[]> = {
  raw: columnTables('raw'),
  '1m': columnTables('1m'),
  '1h': [...columnTables('1h'), { name: 'metrics_1h', key: 'machine', time: 'ts' }, DEVICE_HOURS],
};

function columnTables(tier: Tier): HistoryTable[] {
  return [
    ...BLOCK_SIZES.map((size) => ({ name: BLOCK_TABLES[tier][size], time: 'start' }) as const),
    ...HEAD_TABLES[tier].map((name) => ({ name, time: 'ts' }) as const),
  ].map((table) => ({ ...table, key: 'machine' }));
}

const ALL_KEYS = {
  machine: 'SELECT key FROM machines',
  device: 'SELECT id AS key FROM devices',
} as const;

/** Removes what is too old or too much. */
export class SqliteRetention {
  constructor(
    private readonly connection: Database.Database,
    private readonly now: () => number,
  ) {}

  /** Deletes a bounded number of rows that are past their tier's age. */
  expire(now: number, retentionMs: Record<Tier, number>): StepResult {
    for (const tier of TIERS) {
      this.moveHorizon(tier, now - retentionMs[tier] - EXPIRY_MARGIN_MS);
      const horizon = readState(this.connection)[`${tier}.horizon`];
      for (const table of TABLES[tier]) {
        const rows = this.deleteBefore(table, horizon);
        if (rows > 0) {
          return { rows, more: true };
        }
      }
    }
    const rows = this.expireDeviceHours(now - retentionMs['1m'] - EXPIRY_MARGIN_MS);
    if (rows > 0) {
      return { rows, more: true };
    }
    this.connection.pragma(`incremental_vacuum(${PAGES_PER_STEP})`);
    return { rows: 0, more: false };
  }

  /** Deletes hours of devices that are in blocks alone from then on. */
  private expireDeviceHours(before: number): number {
    const isConverted = readState(this.connection)['1h.converted'] === ALL_CONVERTED;
    return isConverted ? this.deleteBefore(DEVICE_HOURS, before) : 0;
  }

  /** Moves a tier's horizon up while the budget is exceeded; `expire` then deletes. */
  shed(now: number, budgetBytes: number): StepResult {
    const none = { rows: 0, more: false };
    if (this.usedBytes() <= budgetBytes) {
      return none;
    }
    const state = readState(this.connection);
    for (const tier of TIERS) {
      const oldest = this.oldest(tier) ?? Number.POSITIVE_INFINITY;
      if (oldest < state[`${tier}.horizon`]) {
        // Not deleted yet, so what that will free is unknown.
        return none;
      }
      const end = Math.min(oldest + SHED_MS[tier], shedLimit(tier, state));
      if (end <= now && this.moveHorizon(tier, end)) {
        return { rows: 1, more: false };
      }
    }
    return none;
  }

  /** Deletes a bounded number of rows of the head before `time`; true if more are left. */
  clearHead(time: number): boolean {
    return this.deleteBefore(RAW_HEAD, time) > 0;
  }

  /** Bytes by tier, of tables and indexes; in all those of the file, which holds more than history. */
  usage(): DialectUsage {
    const now = this.now();
    const raw = this.oldest('raw') ?? now;
    const oldest: Record<Tier, number> = {
      raw,
      '1m': this.oldest('1m') ?? raw,
      '1h': this.oldest('1h') ?? raw,
    };
    const bytes: Record<Tier, number> = { raw: 0, '1m': 0, '1h': 0 };
    let bytesPerDay = 0;
    for (const tier of TIERS) {
      bytes[tier] = this.bytesOf(TABLES[tier]);
      const days = Math.max((now - oldest[tier]) / DAY_MS, 1 / 24);
      bytesPerDay += bytes[tier] / days;
    }
    return { bytes, totalBytes: this.usedBytes(), bytesPerDay, oldest };
  }

  private bytesOf(tables: readonly HistoryTable[]): number {
    const bytes = this.connection
      .prepare(
        `SELECT coalesce(sum(pgsize), 0) FROM dbstat JOIN sqlite_schema USING (name)
         WHERE aggregate = TRUE AND tbl_name IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .get(JSON.stringify(tables.map(({ name }) => name)));
    return Number(bytes);
  }

  private usedBytes(): number {
    const number = (name: string) => Number(this.connection.pragma(name, { simple: true }));
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }

  /**
   * Gives up a tier's data before `time`, in whole units, but never before it is rolled up; `expire` then
   * deletes it. False if the horizon stays where it is.
   */
  private moveHorizon(tier: Tier, time: number): boolean {
    const name: StateName = `${tier}.horizon`;
    const end = Math.min(time, this.rolledUpTo(tier));
    // In whole blocks, none of which is cut.
    const horizon = blockStart(tier, 'large', end);
    return (
      this.connection
        .prepare('UPDATE metric_store_state SET value = ? WHERE name = ? AND value < ?')
        .run(horizon, name, horizon).changes > 0
    );
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
    const rolled = readState(this.connection)[mark];
    return typeof dirty === 'number' ? Math.min(rolled, dirty) : rolled;
  }

  /** Time of the oldest row of a tier, by one index look-up a series. */
  private oldest(tier: Tier): number | null {
    const times = TABLES[tier].map(({ name, key, time }) =>
      this.connection
        .prepare(
          `SELECT min((SELECT min(${time}) FROM ${name} WHERE ${key} = series.key ${ofTimes(name)}))
           FROM (${ALL_KEYS[key]}) AS series`,
        )
        .pluck()
        .get(),
    );
    const known = times.filter((time) => typeof time === 'number');
    return known.length > 0 ? Math.min(...known) : null;
  }

  /** Deletes rows before `cutoff` of as many series as make up one step. */
  private deleteBefore({ name, key, time }: HistoryTable, cutoff: number): number {
    const id = name.endsWith('_blocks') ? 'rowid' : `${key}, ${time}`;
    const columns = id.split(', ').map((column) => `data.${column}`);
    return this.connection
      .prepare(
        `DELETE FROM ${name} WHERE (${id}) IN (
           SELECT ${columns} FROM (${ALL_KEYS[key]}) AS series
           CROSS JOIN ${name} AS data ON data.${key} = series.key AND data.${time} < ?
           LIMIT ${ROWS_PER_STEP})`,
      )
      .run(cutoff).changes;
  }
}

/** Every block has a column of times: the others need not be looked at. */
function ofTimes(table: string): string {
  return table.endsWith('_blocks') ? 'AND device = 0 AND metric = 0' : '';
}
