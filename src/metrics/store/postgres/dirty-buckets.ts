/** Buckets that late samples made wrong, kept until they are computed again. */
import type { Pool, PoolClient } from 'pg';
import { type RollupTier, TIER_BUCKET_MS } from '../../../contracts/index.js';
import type { OldestDirty } from '../segments.js';
import type { SeriesFamily } from '../series.js';
import type { StoreState } from '../state.js';

/** A bucket of one series. */
export interface SeriesBucket {
  series: number;
  /** Epoch milliseconds. */
  start: number;
}

/** A row by its series and time (epoch milliseconds). */
interface TimedRow {
  key: number;
  timestamp: number;
}

/** Marks the minutes of rows that came after their minute was closed. */
export async function markDirty(
  client: PoolClient,
  family: SeriesFamily,
  rows: readonly TimedRow[],
  state: StoreState,
): Promise<void> {
  const late = rows.filter(({ timestamp }) => timestamp < state['1m.closed']).map(minuteOf);
  await insertDirty(client, '1m', family, late);
}

/** A statement that marks those minutes of rows that are closed by then. */
export function markDirtySql(family: SeriesFamily, rows: readonly TimedRow[]): string {
  const minutes = rows.map(minuteOf);
  const series = minutes.map((minute) => minute.series);
  const starts = minutes.map(({ start }) => start);
  return insertDirtySql(
    ['1m', family.table, `{${series}}`, `{${starts}}`].map((literal) => `'${literal}'`),
    "WHERE start < (SELECT value FROM metric_store_state WHERE name = '1m.closed')",
  );
}

function minuteOf({ key, timestamp }: TimedRow): SeriesBucket {
  const width = TIER_BUCKET_MS['1m'];
  return { series: key, start: Math.floor(timestamp / width) * width };
}

/** Marks buckets. */
export async function insertDirty(
  client: PoolClient,
  tier: RollupTier,
  family: SeriesFamily,
  buckets: readonly SeriesBucket[],
): Promise<void> {
  if (buckets.length === 0) {
    return;
  }
  await client.query(insertDirtySql(['$1', '$2', '$3', '$4']), [
    tier,
    family.table,
    buckets.map(({ series }) => series),
    buckets.map(({ start }) => start),
  ]);
}

/**
 * Takes tier, table, series and starts. The update on conflict is for its row lock: whoever is about
 * to compute the bucket waits for this transaction and then sees its samples.
 */
function insertDirtySql([tier, table, series, starts]: string[], condition = ''): string {
  return `INSERT INTO dirty_buckets (tier, family, series, start)
    SELECT DISTINCT ${tier}::text, ${table}::text, series, start
    FROM unnest(${series}::int[], ${starts}::bigint[]) AS bucket (series, start) ${condition}
    ORDER BY series, start
    ON CONFLICT (tier, family, series, start) DO UPDATE SET start = EXCLUDED.start`;
}

/** Takes up to `limit` marks away for computing them in this transaction; `series`: only theirs. */
export async function takeDirty(
  client: PoolClient,
  tier: RollupTier,
  family: SeriesFamily,
  limit: number,
  series: readonly number[] | null,
): Promise<SeriesBucket[]> {
  const { rows } = await client.query<{ series: number; start: string }>(
    `DELETE FROM dirty_buckets WHERE (tier, family, series, start) IN (
       SELECT tier, family, series, start FROM dirty_buckets
       WHERE tier = $1 AND family = $2 AND ($4::int[] IS NULL OR series = ANY($4))
       ORDER BY series, start LIMIT $3 FOR UPDATE SKIP LOCKED
     ) RETURNING series, start`,
    [tier, family.table, limit, series],
  );
  return rows.map((row) => ({ series: row.series, start: Number(row.start) }));
}

/** The oldest buckets of the series that can still be computed and are not; `null` if there is none. */
export async function oldestDirty(
  pool: Pick<Pool, 'query'>,
  family: SeriesFamily,
  series: readonly number[],
  state: StoreState,
): Promise<OldestDirty | null> {
  const { rows } = await pool.query<{ tier: RollupTier; start: string }>(
    `SELECT tier, min(start) AS start FROM dirty_buckets
     WHERE tier IN ('1m', '1h') AND family = $1 AND series = ANY($2)
       AND (tier = '1h' OR start >= $3)
     GROUP BY tier`,
    [family.table, series, state['raw.horizon']],
  );
  const oldest: OldestDirty = { '1m': null, '1h': null };
  for (const { tier, start } of rows) {
    oldest[tier] = Number(start);
  }
  return rows.length > 0 ? oldest : null;
}
