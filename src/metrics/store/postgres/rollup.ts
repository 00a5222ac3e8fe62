/** Roll-ups on PostgreSQL: forward bucket by bucket, and again where late samples came in. */
import type { Pool, PoolClient } from 'pg';
import { type RollupTier, TIER_BUCKET_MS } from '../../../contracts/index.js';
import { ADVISORY_LOCKS } from '../../../database/advisory-locks.js';
import { faultOf } from '../../../database/faults.js';
import type { StepResult } from '../metrics-store.js';
import { bucketStart, closedMinute, forwardStep } from '../rollup-plan.js';
import {
  rollupAggregates,
  rollupColumns,
  SERIES_FAMILIES,
  type SeriesFamily,
  SOURCE_TIER,
  tableOf,
} from '../series.js';
import { type StateName, type StoreState, stateFromRows } from '../state.js';
import { insertDirty, type SeriesBucket, takeDirty } from './dirty-buckets.js';
import type { Partitions } from './partitions.js';
import { inTransaction } from './pool.js';
import { withoutWriters } from './write-lock.js';

/** Late buckets that one step computes again. */
const DIRTY_PER_STEP = 2_000;

/** Computes the rolled-up tiers. Only the leader takes steps. */
export class PostgresRollup {
  constructor(
    private readonly pool: Pool,
    private readonly partitions: Partitions,
  ) {}

  /** One bounded step for `tier`. */
  async step(tier: RollupTier, now: number): Promise<StepResult> {
    if (tier === '1m') {
      await this.closeMinutes(now);
    }
    const forward = await this.stepForward(tier);
    const late = await this.stepLate(tier);
    return { rows: forward.rows + late.rows, more: forward.more || late.more };
  }

  /** After this every writer knows that samples before the new mark are late. */
  private async closeMinutes(now: number): Promise<void> {
    const closed = closedMinute(now);
    if (closed <= (await readState(this.pool))['1m.closed']) {
      return;
    }
    // A writer that takes long keeps its minute open; the next step tries again.
    await withoutWriters(this.pool, (client) => setState(client, '1m.closed', closed));
  }

  private async stepForward(tier: RollupTier): Promise<StepResult> {
    const planned = forwardStep(tier, await readState(this.pool));
    if (!planned) {
      return { rows: 0, more: false };
    }
    await this.partitions.ensure(tier, [planned.from, planned.to - 1]);
    return inTransaction(
      this.pool,
      `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.rollup})`,
      (client) => this.rollForward(client, tier),
    );
  }

  private async rollForward(client: PoolClient, tier: RollupTier): Promise<StepResult> {
    const step = forwardStep(tier, await readState(client));
    if (!step) {
      return { rows: 0, more: false };
    }
    const { from, to, complete } = step;
    let rows = 0;
    for (const family of SERIES_FAMILIES) {
      const result = await client.query(forwardSql(family, tier), [isoTime(from), isoTime(to)]);
      rows += result.rowCount ?? 0;
    }
    // Looking for data costs a third of a step, so that only empty ones look how far the gap goes.
    const rolled = rows > 0 ? to : await nextData(client, tier, to, complete);
    await setState(client, `${tier}.rolled`, rolled);
    return { rows, more: rolled < complete };
  }

  private async stepLate(tier: RollupTier): Promise<StepResult> {
    let rows = 0;
    let more = false;
    for (const family of SERIES_FAMILIES) {
      const taken = await this.computeLate(tier, family, null);
      rows += taken;
      more ||= taken === DIRTY_PER_STEP;
    }
    return { rows, more };
  }

  /** Makes the series' late buckets right, as many as one step takes, if there is space to. */
  async refresh(family: SeriesFamily, series: readonly number[]): Promise<void> {
    try {
      await this.computeLate('1m', family, series);
      await this.computeLate('1h', family, series);
    } catch (error) {
      if (faultOf(error) !== 'storage_full') {
        throw error;
      }
    }
  }

  private async computeLate(
    tier: RollupTier,
    family: SeriesFamily,
    series: readonly number[] | null,
  ): Promise<number> {
    await this.ensureLatePartitions(tier, family);
    // Who reads does not wait for a step that is under way: finer tiers know the rest.
    const lock = series ? 'pg_try_advisory_xact_lock_shared' : 'pg_advisory_xact_lock_shared';
    const preamble = `SELECT ${lock}(${ADVISORY_LOCKS.rollup}) AS locked`;
    return inTransaction(this.pool, preamble, async (client, [row]) => {
      if (row?.locked === false) {
        return 0;
      }
      const state = await readState(client);
      const buckets = await takeDirty(client, tier, family, DIRTY_PER_STEP, series);
      await this.computeAgain(client, tier, family, buckets, state);
      return buckets.length;
    });
  }

  /** Before the transaction: making a partition takes a connection of its own. */
  private async ensureLatePartitions(tier: RollupTier, family: SeriesFamily): Promise<void> {
    const { rows } = await this.pool.query<{ first: string | null; last: string | null }>(
      'SELECT min(start) AS first, max(start) AS last FROM dirty_buckets WHERE tier = $1 AND family = $2',
      [tier, family.table],
    );
    const { first, last } = rows[0] ?? {};
    if (first != null && last != null) {
      await this.partitions.ensureSpan(tier, Number(first), Number(last));
    }
  }

  private async computeAgain(
    client: PoolClient,
    tier: RollupTier,
    family: SeriesFamily,
    taken: readonly SeriesBucket[],
    state: StoreState,
  ): Promise<void> {
    // Where the samples of a bucket are gone, what was computed from all of them stays.
    const buckets =
      tier === '1m' ? taken.filter(({ start }) => start >= state['raw.horizon']) : taken;
    if (buckets.length === 0) {
      return;
    }
    await client.query(lateSql(family, tier), [
      buckets.map(({ series }) => series),
      buckets.map(({ start }) => isoTime(start)),
    ]);
    if (tier === '1m') {
      const hours = buckets
        .map(({ series, start }) => ({ series, start: bucketStart('1h', start) }))
        .filter(({ start }) => start < state['1h.rolled']);
      await insertDirty(client, '1h', family, hours);
    }
  }
}

/** Every series, each by its own index range: the cost follows the data, not the table. */
function forwardSql(family: SeriesFamily, tier: RollupTier): string {
  const source = SOURCE_TIER[tier];
  return `${insertInto(family, tier)}
    SELECT series.key, bucket.* FROM (${family.allKeys}) AS series CROSS JOIN LATERAL (
      SELECT date_bin('${TIER_BUCKET_MS[tier]} milliseconds', ts, 'epoch'),
             ${rollupAggregates(family.metrics, source)}
      FROM ${tableOf(family, source)}
      WHERE ${family.key} = series.key AND ts >= $1::timestamptz AND ts < $2::timestamptz
      GROUP BY 1
    ) AS bucket
    ${onConflict(family)}`;
}

/** Start of the first bucket with data in `[from, to)`, or `to`: empty time costs one step. */
async function nextData(
  client: PoolClient,
  tier: RollupTier,
  from: number,
  to: number,
): Promise<number> {
  const { rows } = await client.query<{ next: number | null }>(
    `SELECT (extract(epoch FROM least(${SERIES_FAMILIES.map((family) => nextDataSql(family, tier))})) * 1000)::float8 AS next`,
    [isoTime(from), isoTime(to)],
  );
  return rows[0]?.next == null ? to : bucketStart(tier, rows[0].next);
}

function nextDataSql(family: SeriesFamily, tier: RollupTier): string {
  return `(SELECT min(first.ts) FROM (${family.allKeys}) AS series CROSS JOIN LATERAL (
    SELECT ts FROM ${tableOf(family, SOURCE_TIER[tier])}
    WHERE ${family.key} = series.key AND ts >= $1::timestamptz AND ts < $2::timestamptz
    ORDER BY ts LIMIT 1) AS first)`;
}

function lateSql(family: SeriesFamily, tier: RollupTier): string {
  const source = SOURCE_TIER[tier];
  return `${insertInto(family, tier)}
    SELECT dirty.series, dirty.start, bucket.*
    FROM unnest($1::int[], $2::timestamptz[]) AS dirty (series, start) CROSS JOIN LATERAL (
      SELECT ${rollupAggregates(family.metrics, source)}
      FROM ${tableOf(family, source)}
      WHERE ${family.key} = dirty.series AND ts >= dirty.start
        AND ts < dirty.start + interval '${TIER_BUCKET_MS[tier]} milliseconds'
      HAVING count(*) > 0
    ) AS bucket
    ${onConflict(family)}`;
}

function insertInto(family: SeriesFamily, tier: RollupTier): string {
  return `INSERT INTO ${tableOf(family, tier)} (${[family.key, 'ts', ...rollupColumns(family.metrics)]})`;
}

function onConflict(family: SeriesFamily): string {
  const updates = rollupColumns(family.metrics).map((column) => `${column} = EXCLUDED.${column}`);
  return `ON CONFLICT (${family.key}, ts) DO UPDATE SET ${updates}`;
}

/** Reads the store's state. */
export async function readState(client: Pick<Pool, 'query'>): Promise<StoreState> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT name, value FROM metric_store_state',
  );
  return stateFromRows(rows);
}

/** Moves a mark of the state forward; never back. */
export async function setState(
  client: Pick<PoolClient, 'query'>,
  name: StateName,
  value: number,
): Promise<void> {
  await client.query(
    'UPDATE metric_store_state SET value = $2 WHERE name = $1 AND value < $2::bigint',
    [name, value],
  );
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
