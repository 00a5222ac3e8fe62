/** The storage port's session on PostgreSQL. */
import type { Pool, PoolClient } from 'pg';
import type { DeviceKind, RollupTier, Tier } from '../../../contracts/index.js';
import type { DeviceAge } from '../device-limits.js';
import {
  ALL_BLOCK_TABLES,
  BLOCK_SIZES,
  BLOCK_TABLES,
  type BlockSize,
  blockStart,
} from '../history/blocks.js';
import {
  type BlockRange,
  type BlockRow,
  HEAD_TABLES,
  type HeadRow,
  type HeadTable,
  type HistorySession,
  type HourRow,
  type LegacyRows,
  type MachineBucket,
  type MachineRange,
  type MachinesWith,
  type StoredBlock,
} from '../history/history-storage.js';
import { LEGACY_TABLES, legacyRowsOf } from '../history/legacy.js';
import type { Device } from '../metrics-store.js';
import { rollupColumns, type SeriesFamily } from '../series.js';
import { type StateName, type StoreState, stateFromRows } from '../state.js';
import { readBlocks, readHeadRows } from './column-reads.js';
import type { Partitions } from './partitions.js';
import { isoTime } from './sql-text.js';

const EPOCH_MS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
/** Marks are kept by family; those of columns are of machines alone. */
const FAMILY = 'metrics';
/** Rows that one step of a deletion removes from one table. */
const ROWS_PER_STEP = 5_000;

/** Reads and writes over a pool or a client in a transaction. */
export class PostgresSession implements HistorySession {
  constructor(
    private readonly db: Pool | PoolClient,
    private readonly partitions: Partitions,
  ) {}

  async state(): Promise<StoreState> {
    const { rows } = await this.db.query<{ name: string; value: string }>(
      'SELECT name, value FROM metric_store_state',
    );
    return stateFromRows(rows);
  }

  async advance(name: StateName, value: number): Promise<void> {
    await this.db.query(
      'UPDATE metric_store_state SET value = $2 WHERE name = $1 AND value < $2::bigint',
      [name, value],
    );
  }

  async countUp(name: StateName, expected: number): Promise<boolean> {
    const { rowCount } = await this.db.query(
      'UPDATE metric_store_state SET value = value + 1 WHERE name = $1 AND value = $2',
      [name, expected],
    );
    return rowCount === 1;
  }

  async machines(after: number, limit: number): Promise<number[]> {
    const { rows } = await this.db.query<{ key: number }>(
      'SELECT key FROM machines WHERE key > $1 ORDER BY key LIMIT $2',
      [after, limit],
    );
    return rows.map(({ key }) => key);
  }

  machinesInHead(table: HeadTable, span: MachinesWith): Promise<number[]> {
    return this.machinesWith(
      `SELECT 1 FROM ${table} WHERE machine = machines.key AND ts >= $1 AND ts < $2`,
      span,
    );
  }

  machinesInBlocks(tier: Tier, span: MachinesWith): Promise<number[]> {
    return this.machinesWith(
      everySize(
        tier,
        (table) => `SELECT 1 FROM ${table}
          WHERE machine = machines.key AND device = 0 AND metric = 0 AND start >= $1 AND start < $2`,
      ),
      span,
    );
  }

  private async machinesWith(
    query: string,
    { from, to, after, limit }: MachinesWith,
  ): Promise<number[]> {
    const { rows } = await this.db.query<{ key: number }>(
      `SELECT key FROM machines WHERE key > $3 AND EXISTS (${query}) ORDER BY key LIMIT $4`,
      [isoTime(from), isoTime(to), after, limit],
    );
    return rows.map(({ key }) => key);
  }

  headRows(table: HeadTable, ranges: readonly MachineRange[], limit?: number): Promise<HeadRow[]> {
    return readHeadRows(this.db, table, ranges, limit);
  }

  async addHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<HeadRow[]> {
    if (rows.length === 0) {
      return [];
    }
    if (table === 'raw_head') {
      await this.partitions.ensure(
        table,
        rows.map(({ time }) => time),
      );
    }
    const { rows: added } = await this.db.query<[number, number]>({
      text: `INSERT INTO ${table} (machine, ts, data)
             SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::bytea[])
             ON CONFLICT DO NOTHING RETURNING machine, ${EPOCH_MS('ts')}`,
      values: headParameters(rows),
      rowMode: 'array',
    });
    const isNew = new Set(added.map(([machine, time]) => `${machine}/${time}`));
    return rows.filter(({ machine, time }) => isNew.delete(`${machine}/${time}`));
  }

  async putHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void> {
    if (rows.length === 0) {
      return;
    }
    await this.db.query(
      `INSERT INTO ${table} (machine, ts, data)
       SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::bytea[])
       ON CONFLICT (machine, ts) DO UPDATE SET data = EXCLUDED.data`,
      headParameters(rows),
    );
  }

  async deleteHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void> {
    if (rows.length === 0) {
      return;
    }
    await this.db.query(
      `DELETE FROM ${table} USING unnest($1::int[], $2::timestamptz[], $3::bytea[]) AS gone (machine, ts, data)
       WHERE ${table}.machine = gone.machine AND ${table}.ts = gone.ts AND ${table}.data = gone.data`,
      headParameters(rows),
    );
  }

  async headHours(table: HeadTable, before: number, limit: number): Promise<MachineBucket[]> {
    const { rows } = await this.db.query<{ machine: number; start: number }>(
      `SELECT DISTINCT machine, ${EPOCH_MS("date_bin('1 hour', ts, 'epoch')")} AS start
       FROM ${table} WHERE ts < $1 ORDER BY machine, start LIMIT $2`,
      [isoTime(before), limit],
    );
    return rows;
  }

  async firstHeadTime(table: HeadTable, from: number): Promise<number | null> {
    const { rows } = await this.db.query<{ first: number | null }>(
      `SELECT ${EPOCH_MS('min(head.ts)')} AS first FROM machines CROSS JOIN LATERAL (
         SELECT ts FROM ${table} WHERE machine = machines.key AND ts >= $1 ORDER BY ts LIMIT 1
       ) AS head`,
      [isoTime(from)],
    );
    return rows[0]?.first ?? null;
  }

  blocks(tier: Tier, ranges: readonly BlockRange[]): Promise<StoredBlock[]> {
    return readBlocks(this.db, tier, ranges);
  }

  async putBlocks(tier: Tier, size: BlockSize, rows: readonly BlockRow[]): Promise<void> {
    if (rows.length === 0) {
      return;
    }
    const table = BLOCK_TABLES[tier][size];
    await this.partitions.ensure(
      table,
      rows.map(({ start }) => start),
    );
    await this.db.query(
      `INSERT INTO ${table} (machine, device, metric, start, data)
       SELECT * FROM unnest($1::int[], $2::int[], $3::smallint[], $4::timestamptz[], $5::bytea[])`,
      blockParameters(rows),
    );
  }

  async deleteBlocks(
    tier: Tier,
    size: BlockSize,
    { machine, from, to }: MachineRange,
  ): Promise<void> {
    await this.db.query(
      `DELETE FROM ${BLOCK_TABLES[tier][size]} WHERE machine = $1 AND start >= $2 AND start < $3`,
      [machine, isoTime(from), isoTime(to)],
    );
  }

  async firstTimeOf(machine: number, from: number): Promise<number | null> {
    const heads = HEAD_TABLES.raw.map(
      (table) =>
        `(SELECT ts FROM ${table} WHERE machine = $1 AND ts >= '${isoTime(from)}' ORDER BY ts LIMIT 1)`,
    );
    const blocks = BLOCK_SIZES.map(
      (size) => `(SELECT start FROM ${BLOCK_TABLES.raw[size]}
        WHERE machine = $1 AND device = 0 AND metric = 0 AND start >= '${isoTime(blockStart('raw', size, from))}'
        ORDER BY start LIMIT 1)`,
    );
    const { rows } = await this.db.query<{ first: number | null }>(
      `SELECT ${EPOCH_MS(`least(${[...heads, ...blocks]})`)} AS first`,
      [machine],
    );
    return rows[0]?.first ?? null;
  }

  async firstBlock(tier: Tier, from: number): Promise<number | null> {
    const { rows } = await this.db.query<{ first: number | null }>(
      `SELECT ${EPOCH_MS('min(block.start)')} AS first FROM machines CROSS JOIN LATERAL (
         ${everySize(
           tier,
           (table) => `(SELECT start FROM ${table}
             WHERE machine = machines.key AND device = 0 AND metric = 0 AND start >= $1
             ORDER BY start LIMIT 1)`,
         )}
       ) AS block`,
      [isoTime(from)],
    );
    return rows[0]?.first ?? null;
  }

  async setAside(tier: Tier, rows: readonly BlockRow[], reason: string): Promise<void> {
    await this.db.query(
      `INSERT INTO damaged_blocks (tier, reason, machine, device, metric, start, data)
       SELECT $6::text, $7::text, machine, device, metric, (extract(epoch FROM start) * 1000)::bigint, data
       FROM unnest($1::int[], $2::int[], $3::smallint[], $4::timestamptz[], $5::bytea[])
         AS damaged (machine, device, metric, start, data)
       ON CONFLICT DO NOTHING`,
      [...blockParameters(rows), tier, reason],
    );
  }

  /** The update on conflict is for its row lock: whoever is about to compute the bucket waits. */
  async markDirty(tier: RollupTier, buckets: readonly MachineBucket[]): Promise<void> {
    if (buckets.length === 0) {
      return;
    }
    await this.db.query(
      `INSERT INTO dirty_buckets (tier, family, series, start)
       SELECT DISTINCT $1::text, '${FAMILY}', series, start
       FROM unnest($2::int[], $3::bigint[]) AS bucket (series, start) ORDER BY series, start
       ON CONFLICT (tier, family, series, start) DO UPDATE SET start = EXCLUDED.start`,
      [tier, buckets.map(({ machine }) => machine), buckets.map(({ start }) => start)],
    );
  }

  async takeDirty(
    tier: RollupTier,
    from: number,
    limit: number,
    machines: readonly number[] | null,
  ): Promise<MachineBucket[]> {
    const { rows } = await this.db.query<{ series: number; start: string }>(
      `DELETE FROM dirty_buckets WHERE (tier, family, series, start) IN (
         SELECT tier, family, series, start FROM dirty_buckets
         WHERE tier = $1 AND family = '${FAMILY}' AND start >= $4 AND ($3::int[] IS NULL OR series = ANY($3))
         ORDER BY series, start LIMIT $2 FOR UPDATE SKIP LOCKED
       ) RETURNING series, start`,
      [tier, limit, machines, from],
    );
    return rows.map((row) => ({ machine: row.series, start: Number(row.start) }));
  }

  async oldestDirty(machines: readonly number[]): Promise<Record<RollupTier, number | null>> {
    const { rows } = await this.db.query<{ tier: RollupTier; start: string }>(
      `SELECT tier, min(start) AS start FROM dirty_buckets
       WHERE tier IN ('1m', '1h') AND family = '${FAMILY}' AND series = ANY ($1::int[])
         AND (tier = '1h' OR start >= (SELECT value FROM metric_store_state WHERE name = 'raw.horizon'))
       GROUP BY tier`,
      [machines],
    );
    const oldest: Record<RollupTier, number | null> = { '1m': null, '1h': null };
    for (const { tier, start } of rows) {
      oldest[tier] = Number(start);
    }
    return oldest;
  }

  async putHours(family: SeriesFamily, rows: readonly HourRow[]): Promise<void> {
    if (rows.length === 0) {
      return;
    }
    const { table } = family;
    await this.partitions.ensure(
      table,
      rows.map(({ start }) => start),
    );
    const columns = rollupColumns(family.metrics);
    const types = columns.map((column) => (column.endsWith('_count') ? 'int' : 'float8'));
    const updates = columns.map((column) => `${column} = EXCLUDED.${column}`);
    const lists = ['int', 'timestamptz', ...types].map((type, index) => `$${index + 1}::${type}[]`);
    await this.db.query(
      `INSERT INTO ${table} (${[family.key, 'ts', ...columns]})
       SELECT * FROM unnest(${lists}) ON CONFLICT (${family.key}, ts) DO UPDATE SET ${updates}`,
      [
        rows.map(({ key }) => key),
        rows.map(({ start }) => isoTime(start)),
        ...columns.map((_, index) => rows.map(({ values }) => values[index] ?? null)),
      ],
    );
  }

  async devices(machine: number, kind?: DeviceKind): Promise<(Device & DeviceAge)[]> {
    const { rows } = await this.db.query<Device & { last: string | null }>(
      `SELECT id, machine, kind, name, last_seen AS last FROM devices
       WHERE machine = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY kind, name`,
      [machine, kind ?? null],
    );
    return rows.map((row) => ({ ...row, last: row.last === null ? null : Number(row.last) }));
  }

  async devicesOf(machines: readonly number[], kinds: readonly DeviceKind[]): Promise<Device[]> {
    const { rows } = await this.db.query<Device>(
      `SELECT id, machine, kind, name FROM devices
       WHERE machine = ANY ($1::int[]) AND kind = ANY ($2::text[]) ORDER BY machine, id`,
      [machines, kinds],
    );
    return rows;
  }

  async devicesById(ids: readonly number[]): Promise<Device[]> {
    const { rows } = await this.db.query<Device>(
      'SELECT id, machine, kind, name FROM devices WHERE id = ANY ($1::int[])',
      [ids],
    );
    return rows;
  }

  async touchDevices(devices: readonly { id: number; last: number }[]): Promise<void> {
    if (devices.length === 0) {
      return;
    }
    await this.db.query(
      `UPDATE devices SET last_seen = seen.last
       FROM unnest($1::int[], $2::bigint[]) AS seen (id, last)
       WHERE devices.id = seen.id AND coalesce(last_seen, 0) < seen.last`,
      [devices.map(({ id }) => id), devices.map(({ last }) => last)],
    );
  }

  async nextMachineWithDevices(after: number): Promise<number | null> {
    const { rows } = await this.db.query<{ machine: number | null }>(
      'SELECT min(machine) AS machine FROM devices WHERE machine > $1',
      [after],
    );
    return rows[0]?.machine ?? null;
  }

  async deleteDeviceHistory(machine: number, ids: readonly number[]): Promise<number> {
    let deleted = 0;
    for (const table of ALL_BLOCK_TABLES) {
      deleted += await this.deleteSome(table, 'machine, device, metric, start', [
        'machine = $1 AND device = ANY ($2)',
        [machine, ids],
      ]);
    }
    deleted += await this.deleteSome('device_metrics_1h', 'device, ts', [
      'device = ANY ($1)',
      [ids],
    ]);
    return deleted;
  }

  async deleteDevices(ids: readonly number[]): Promise<void> {
    await this.db.query('DELETE FROM devices WHERE id = ANY ($1)', [ids]);
    // Every replica's writer sees this before it commits rows with an id that is gone.
    await this.db.query(
      "UPDATE metric_store_state SET value = value + 1 WHERE name = 'devices.forgotten'",
    );
  }

  async hasLegacy(tier: Tier): Promise<boolean> {
    const { rows } = await this.db.query<{ found: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS found',
      [LEGACY_TABLES[tier].machine],
    );
    return rows[0]?.found ?? false;
  }

  async newestLegacy(tier: Tier, before: number): Promise<number | null> {
    const { rows } = await this.db.query<{ newest: number | null }>(
      `SELECT ${EPOCH_MS('max(newest.ts)')} AS newest FROM machines CROSS JOIN LATERAL (
         SELECT ts FROM ${LEGACY_TABLES[tier].machine}
         WHERE machine = machines.key AND ts < $1 ORDER BY ts DESC LIMIT 1
       ) AS newest`,
      [isoTime(before)],
    );
    return rows[0]?.newest ?? null;
  }

  async legacyRows(tier: Tier, { machine, from, to }: MachineRange): Promise<LegacyRows> {
    const tables = LEGACY_TABLES[tier];
    const values = [machine, isoTime(from), isoTime(to)];
    const own = await this.db.query(
      `SELECT ${EPOCH_MS('ts')} AS time, * FROM ${tables.machine}
       WHERE machine = $1 AND ts >= $2 AND ts < $3 ORDER BY ts`,
      values,
    );
    const devices = await this.db.query(
      `SELECT ${EPOCH_MS('history.ts')} AS time, history.* FROM devices JOIN ${tables.device} AS history ON device = id
       WHERE devices.machine = $1 AND history.ts >= $2 AND history.ts < $3 ORDER BY history.ts`,
      values,
    );
    return legacyRowsOf(own.rows, devices.rows);
  }

  /** Tables in partitions go as a whole. */
  async dropLegacy(tier: Tier): Promise<boolean> {
    const { machine, device } = LEGACY_TABLES[tier];
    await this.db.query(`DROP TABLE IF EXISTS ${device}`);
    await this.db.query(`DROP TABLE IF EXISTS ${machine}`);
    return false;
  }

  async deleteMachineRows(machine: number): Promise<number> {
    for (const table of Object.values(HEAD_TABLES).flat()) {
      const rows = await this.deleteSome(table, 'machine, ts', ['machine = $1', [machine]]);
      if (rows > 0) {
        return rows;
      }
    }
    for (const table of ALL_BLOCK_TABLES) {
      const rows = await this.deleteSome(table, 'machine, device, metric, start', [
        'machine = $1',
        [machine],
      ]);
      if (rows > 0) {
        return rows;
      }
    }
    const devices = 'device IN (SELECT id FROM devices WHERE machine = $1)';
    let rows = await this.deleteSome('device_metrics_1h', 'device, ts', [devices, [machine]]);
    rows ||= await this.deleteSome('metrics_1h', 'machine, ts', ['machine = $1', [machine]]);
    if (rows > 0) {
      return rows;
    }
    await this.db.query('DELETE FROM dirty_buckets WHERE series = $1', [machine]);
    await this.db.query('DELETE FROM damaged_blocks WHERE machine = $1', [machine]);
    const { rowCount } = await this.db.query('DELETE FROM devices WHERE machine = $1', [machine]);
    return rowCount ?? 0;
  }

  private async deleteSome(
    table: string,
    key: string,
    [condition, values]: [string, unknown[]],
  ): Promise<number> {
    const { rowCount } = await this.db.query(
      `DELETE FROM ${table} WHERE (${key}) IN (
         SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${ROWS_PER_STEP})`,
      values,
    );
    return rowCount ?? 0;
  }
}

/** The same query over the tables of every size. */
function everySize(tier: Tier, queryOf: (table: string) => string): string {
  return BLOCK_SIZES.map((size) => queryOf(BLOCK_TABLES[tier][size])).join(' UNION ALL ');
}

function headParameters(rows: readonly HeadRow[]): [number[], string[], Buffer[]] {
  return [
    rows.map(({ machine }) => machine),
    rows.map(({ time }) => isoTime(time)),
    rows.map(({ data }) => data),
  ];
}

function blockParameters(
  rows: readonly BlockRow[],
): [number[], number[], number[], string[], Buffer[]] {
  return [
    rows.map(({ machine }) => machine),
    rows.map(({ device }) => device),
    rows.map(({ metric }) => metric),
    rows.map(({ start }) => isoTime(start)),
    rows.map(({ data }) => data),
  ];
}
