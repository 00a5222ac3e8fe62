/** Roll-ups on SQLite: the same marks as on PostgreSQL, in short transactions. */
import type Database from 'better-sqlite3';
import { type RollupTier, TIER_BUCKET_MS } from '../../../contracts/index.js';
import { faultOf } from '../../../database/faults.js';
import type { StepResult } from '../metrics-store.js';
import { bucketStart, closedMinute, forwardStep } from '../rollup-plan.js';
import { type OldestDirty, upToDirty } from '../segments.js';
import {
  rollupAggregates,
  rollupColumns,
  SERIES_FAMILIES,
  type SeriesFamily,
  SOURCE_TIER,
  tableOf,
} from '../series.js';
import type { StoreState } from '../state.js';
import type { SqliteState } from './state.js';

/** Late buckets that one step computes again. */
const DIRTY_PER_STEP = 200;

interface DirtyBucket {
  series: number;
  start: number;
}

/** Computes the rolled-up tiers. */
export class SqliteRollup {
  constructor(
    private readonly connection: Database.Database,
    private readonly state: SqliteState,
  ) {}

  /** One bounded step for `tier`. */
  step(tier: RollupTier, now: number): StepResult {
    return this.connection
      .transaction(() => {
        if (tier === '1m') {
          this.state.advance('1m.closed', closedMinute(now));
        }
        const forward = this.stepForward(tier);
        const late = this.stepLate(tier);
        return { rows: forward.rows + late.rows, more: forward.more || late.more };
      })
      .immediate();
  }

  private stepForward(tier: RollupTier): StepResult {
    const step = forwardStep(tier, this.state.current);
    if (!step) {
      return { rows: 0, more: false };
    }
    const { from, to, complete } = step;
    const next = this.nextData(tier, from, complete);
    if (next >= to) {
      this.state.advance(`${tier}.rolled`, next);
      return { rows: 0, more: next < complete };
    }
    let rows = 0;
    for (const family of SERIES_FAMILIES) {
      rows += this.connection.prepare(forwardSql(family, tier)).run({ from, to }).changes;
    }
    this.state.advance(`${tier}.rolled`, to);
    return { rows, more: to < complete };
  }

  /** Start of the first bucket with data in `[from, to)`, or `to`: empty time costs one step. */
  private nextData(tier: RollupTier, from: number, to: number): number {
    const times = SERIES_FAMILIES.map((family) =>
      this.connection.prepare(nextDataSql(family, tier)).pluck().get({ from, to }),
    ).filter((time) => typeof time === 'number');
    return times.length === 0 ? to : bucketStart(tier, Math.min(...times));
  }

  private stepLate(tier: RollupTier): StepResult {
    let rows = 0;
    let more = false;
    for (const family of SERIES_FAMILIES) {
      const taken = this.computeLate(tier, family, null);
      rows += taken;
      more ||= taken === DIRTY_PER_STEP;
    }
    return { rows, more };
  }

  /**
   * Makes late buckets of the series right before they are read, as many as one step takes and if
   * there is space to. Answers the state to read by: where some stay wrong, finer tiers answer.
   */
  refresh(family: SeriesFamily, series: readonly number[]): StoreState {
    if (this.oldestDirty(family, series)) {
      this.computeLateOf(family, JSON.stringify(series));
    }
    const dirty = this.oldestDirty(family, series);
    return dirty ? upToDirty(this.state.current, dirty) : this.state.current;
  }

  private computeLateOf(family: SeriesFamily, series: string): void {
    try {
      this.connection
        .transaction(() => {
          this.computeLate('1m', family, series);
          this.computeLate('1h', family, series);
        })
        .immediate();
    } catch (error) {
      if (faultOf(error) !== 'storage_full') {
        throw error;
      }
    }
  }

  /** The oldest buckets of the series that can still be computed and are not. */
  private oldestDirty(family: SeriesFamily, series: readonly number[]): OldestDirty | null {
    const rows = this.connection
      .prepare<unknown[], { tier: RollupTier; start: number }>(
        `SELECT tier, min(start) AS start FROM dirty_buckets
         WHERE tier IN ('1m', '1h') AND family = ? AND series IN (SELECT value FROM json_each(?))
           AND (tier = '1h' OR start >= ?)
         GROUP BY tier`,
      )
      .all(family.table, JSON.stringify(series), this.state.current['raw.horizon']);
    const oldest: OldestDirty = { '1m': null, '1h': null };
    for (const { tier, start } of rows) {
      oldest[tier] = start;
    }
    return rows.length > 0 ? oldest : null;
  }

  /** `series`: a JSON list to which the computing is limited. Answers the buckets computed. */
  private computeLate(tier: RollupTier, family: SeriesFamily, series: string | null): number {
    const taken = this.takeDirty(tier, family, series);
    this.computeAgain(tier, family, taken);
    return taken.length;
  }

  private takeDirty(tier: RollupTier, family: SeriesFamily, series: string | null): DirtyBucket[] {
    const taken = this.connection
      .prepare<unknown[], DirtyBucket>(
        `SELECT series, start FROM dirty_buckets WHERE tier = @tier AND family = @family
         AND (@series IS NULL OR series IN (SELECT value FROM json_each(@series)))
         ORDER BY series, start LIMIT ${DIRTY_PER_STEP}`,
      )
      .all({ tier, family: family.table, series });
    const remove = this.connection.prepare(
      'DELETE FROM dirty_buckets WHERE tier = ? AND family = ? AND series = ? AND start = ?',
    );
    for (const { series, start } of taken) {
      remove.run(tier, family.table, series, start);
    }
    return taken;
  }

  private computeAgain(
    tier: RollupTier,
    family: SeriesFamily,
    buckets: readonly DirtyBucket[],
  ): void {
    const { current } = this.state;
    const compute = this.connection.prepare(lateSql(family, tier));
    const markHour = this.connection.prepare(
      "INSERT INTO dirty_buckets (tier, family, series, start) VALUES ('1h', ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    for (const { series, start } of buckets) {
      // Where the samples of a bucket are gone, what was computed from all of them stays.
      if (tier === '1m' && start < current['raw.horizon']) {
        continue;
      }
      compute.run({ series, from: start, to: start + TIER_BUCKET_MS[tier] });
      const hour = bucketStart('1h', start);
      if (tier === '1m' && hour < current['1h.rolled']) {
        markHour.run(family.table, series, hour);
      }
    }
  }
}

/** Every series, each by its own index range: the cost follows the data, not the table. */
function forwardSql(family: SeriesFamily, tier: RollupTier): string {
  const source = tableOf(family, SOURCE_TIER[tier]);
  const width = TIER_BUCKET_MS[tier];
  return `${insertInto(family, tier)}
    SELECT data.${family.key}, data.ts / ${width} * ${width},
           ${rollupAggregates(family.metrics, SOURCE_TIER[tier])}
    FROM (${family.allKeys}) AS series
    CROSS JOIN ${source} AS data
      ON data.${family.key} = series.key AND data.ts >= @from AND data.ts < @to
    GROUP BY 1, 2
    ${onConflict(family)}`;
}

function nextDataSql(family: SeriesFamily, tier: RollupTier): string {
  return `SELECT min((
      SELECT ts FROM ${tableOf(family, SOURCE_TIER[tier])}
      WHERE ${family.key} = series.key AND ts >= @from AND ts < @to ORDER BY ts LIMIT 1
    )) FROM (${family.allKeys}) AS series`;
}

function lateSql(family: SeriesFamily, tier: RollupTier): string {
  return `${insertInto(family, tier)}
    SELECT @series, @from, ${rollupAggregates(family.metrics, SOURCE_TIER[tier])}
    FROM ${tableOf(family, SOURCE_TIER[tier])}
    WHERE ${family.key} = @series AND ts >= @from AND ts < @to
    HAVING count(*) > 0
    ${onConflict(family)}`;
}

function insertInto(family: SeriesFamily, tier: RollupTier): string {
  return `INSERT INTO ${tableOf(family, tier)} (${[family.key, 'ts', ...rollupColumns(family.metrics)]})`;
}

function onConflict(family: SeriesFamily): string {
  const updates = rollupColumns(family.metrics).map((column) => `${column} = excluded.${column}`);
  return `ON CONFLICT (${family.key}, ts) DO UPDATE SET ${updates}`;
}
