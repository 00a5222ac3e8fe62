/** History put straight into the tables of the tiers, as if the server had gathered it. */
import pg from 'pg';
import { Partitions } from '../../dist/metrics/store/postgres/partitions.js';
import { MACHINE_SERIES, rollupColumns, tableOf } from '../../dist/metrics/store/series.js';
import { Database } from './sqlite.mjs';

const DAY_MS = 86_400_000;
const { metrics } = MACHINE_SERIES;

/** Opens the database of a server for seeding: `{exec, ensure, sizeOf, close}`. */
export async function openForSeeding({ databaseUrl, sqliteFile }) {
  return databaseUrl ? openPostgres(databaseUrl) : openSqlite(sqliteFile);
}

async function openPostgres(databaseUrl) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const partitions = new Partitions(pool);
  return {
    exec: (sql) => pool.query(sql),
    time: 'to_timestamp(t / 1000.0)',
    times: (from, to, step) =>
      `generate_series(${from}::bigint, ${to - 1}::bigint, ${step}::bigint) AS t`,
    async ensure(tier, from, to) {
      const days = Array.from(
        { length: Math.ceil((to - from) / DAY_MS) + 1 },
        (_, day) => from + day * DAY_MS,
      );
      await partitions.ensure(tier, days);
    },
    /** Bytes of a tier's tables of samples, indexes included. */
    async sizeOf(tier) {
      const { rows } = await pool.query(
        `SELECT sum(pg_total_relation_size(inhrelid))::float8 AS bytes FROM pg_inherits WHERE inhparent = '${tableOf(MACHINE_SERIES, tier)}'::regclass`,
      );
      return rows[0].bytes;
    },
    async count(tier) {
      const { rows } = await pool.query(
        `SELECT count(*)::int AS count FROM ${tableOf(MACHINE_SERIES, tier)}`,
      );
      return rows[0].count;
    },
    close: () => pool.end(),
  };
}

async function openSqlite(file) {
  const connection = new Database(file, { timeout: 10_000 });
  const pages = () =>
    connection.pragma('page_count', { simple: true }) *
    connection.pragma('page_size', { simple: true });
  const before = new Map();
  return {
    exec: async (sql) => connection.exec(sql),
    time: 't',
    times: (from, to, step) =>
      `(WITH RECURSIVE times(t) AS (SELECT ${from} UNION ALL SELECT t + ${step} FROM times WHERE t + ${step} < ${to}) SELECT t FROM times)`,
    ensure: async (tier) => void before.set(tier, pages()),
    /** Bytes by which the file grew when the tier was seeded. */
    sizeOf: async (tier) => pages() - before.get(tier),
    count: async (tier) =>
      connection
        .prepare(`SELECT count(*) FROM ${tableOf(MACHINE_SERIES, tier)}`)
        .pluck()
        .get(),
    close: async () => void connection.close(),
  };
}

/** Fills a tier for the machines that `machines` selects, one row each `stepMs` in `[from, to)`. */
export async function seedTier(database, tier, { from, to, stepMs, machines = 'true' }) {
  await database.ensure(tier, from, to);
  const value = (index) => `((t / 1000 + key * 7 + ${index * 13}) % 1000) / 10.0`;
  const columns = tier === 'raw' ? metrics : rollupColumns(metrics);
  const values = metrics.flatMap((_, index) =>
    tier === 'raw'
      ? [value(index)]
      : [value(index), `${value(index)} - 1`, `${value(index)} + 1`, '6'],
  );
  await database.exec(
    `INSERT INTO ${tableOf(MACHINE_SERIES, tier)} (machine, ts, ${columns})
     SELECT key, ${database.time}, ${values} FROM machines CROSS JOIN ${database.times(from, to, stepMs)}
     WHERE ${machines} ORDER BY key, t`,
  );
}

/** Says up to when (epoch milliseconds) minutes and hours are rolled up, and that all is known since `from`. */
export async function setMarks(database, { minutes, hours, from }) {
  const set = (name, value) =>
    database.exec(`UPDATE metric_store_state SET value = ${value} WHERE name = '${name}'`);
  await set('1m.closed', minutes);
  await set('1m.rolled', minutes);
  await set('1h.rolled', hours);
  await set('started', from);
}
