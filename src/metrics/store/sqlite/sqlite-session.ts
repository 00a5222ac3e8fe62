/** The storage port's session on SQLite. Its statements are synchronous; only the signatures wait. */
import type Database from 'better-sqlite3';
import type { DeviceKind, RollupTier, Tier } from '../../../contracts/index.js';
import type { DeviceAge } from '../device-limits.js';
import { type BlockQuery, blockQueries } from '../history/block-queries.js';
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

/** Marks are kept by family; those of columns are of machines alone. */
const FAMILY = 'metrics';
const HOUR_MS = 3_600_000;
/** A list in JSON as a parameter. */
const LISTED = '(SELECT value FROM json_each(?))';
/** Rows that one step of a deletion removes from one table. */
const ROWS_PER_STEP = 2_000;

type Parameters = unknown[];

/** The marks as they are now. */
export function readState(connection: Database.Database): StoreState {
  return stateFromRows(
    connection
      .prepare<[], { name: string; value: number }>('SELECT name, value FROM metric_store_state')
      .all(),
  );
}

/** Reads and writes over the one connection, each write at once. */
export class SqliteSession implements HistorySession {
  private readonly statements = new Map<string, Database.Statement<Parameters, unknown>>();

  constructor(protected readonly connection: Database.Database) {}

  /** Carries out a write as one transaction. */
  protected apply(write: () => void): void {
    this.connection.transaction(write)();
  }

  async state(): Promise<StoreState> {
    return readState(this.connection);
  }

  async advance(name: StateName, value: number): Promise<void> {
    const sql = 'UPDATE metric_store_state SET value = ? WHERE name = ? AND value < ?';
    this.apply(() => void this.run(sql, value, name, value));
  }

  async countUp(name: StateName, expected: number): Promise<boolean> {
    const found = this.value('SELECT value FROM metric_store_state WHERE name = ?', name);
    const sql = 'UPDATE metric_store_state SET value = value + 1 WHERE name = ?';
    if (found === expected) {
      this.apply(() => void this.run(sql, name));
    }
    return found === expected;
  }

  async machines(after: number, limit: number): Promise<number[]> {
    return this.all<{ key: number }>(
      'SELECT key FROM machines WHERE key > ? ORDER BY key LIMIT ?',
      after,
      limit,
    ).map(({ key }) => key);
  }

  async machinesInHead(table: HeadTable, span: MachinesWith): Promise<number[]> {
    return this.machinesWith(
      `SELECT 1 FROM ${table} WHERE machine = machines.key AND ts >= @from AND ts < @to`,
      span,
    );
  }

  async machinesInBlocks(tier: Tier, span: MachinesWith): Promise<number[]> {
    return this.machinesWith(
      BLOCK_SIZES.map(
        (each) => `SELECT 1 FROM ${BLOCK_TABLES[tier][each]}
          WHERE machine = machines.key AND device = 0 AND metric = 0 AND start >= @from AND start < @to`,
      ).join(' UNION ALL '),
      span,
    );
  }

  private machinesWith(query: string, span: MachinesWith): number[] {
    return this.all<{ key: number }>(
      `SELECT key FROM machines WHERE key > @after AND EXISTS (${query}) ORDER BY key LIMIT @limit`,
      span,
    ).map(({ key }) => key);
  }

  async headRows(
    table: HeadTable,
    ranges: readonly MachineRange[],
    limit = -1,
  ): Promise<HeadRow[]> {
    const sql = `SELECT machine, ts AS time, data FROM ${table}
      WHERE machine = ? AND ts >= ? AND ts < ? ORDER BY ts LIMIT ?`;
    return inOrder(ranges).flatMap(({ machine, from, to }) =>
      this.all<HeadRow>(sql, machine, from, to, limit),
    );
  }

  async addHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<HeadRow[]> {
    const known = `SELECT count(*) FROM ${table} WHERE machine = ? AND ts = ?`;
    const added = new Set<string>();
    const isNew = rows.filter(({ machine, time }) => {
      const key = `${machine}/${time}`;
      if (added.has(key) || this.value(known, machine, time) !== 0) {
        return false;
      }
      added.add(key);
      return true;
    });
    const sql = `INSERT INTO ${table} (machine, ts, data) VALUES (?, ?, ?)`;
    this.apply(() => {
      for (const { machine, time, data } of isNew) {
        this.run(sql, machine, time, data);
      }
    });
    return isNew;
  }

  async putHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void> {
    const sql = `INSERT INTO ${table} (machine, ts, data) VALUES (?, ?, ?)
      ON CONFLICT (machine, ts) DO UPDATE SET data = excluded.data`;
    this.apply(() => {
      for (const { machine, time, data } of rows) {
        this.run(sql, machine, time, data);
      }
    });
  }

  async deleteHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void> {
    const sql = `DELETE FROM ${table} WHERE machine = ? AND ts = ? AND data = ?`;
    this.apply(() => {
      for (const { machine, time, data } of rows) {
        this.run(sql, machine, time, data);
      }
    });
  }

  async headHours(table: HeadTable, before: number, limit: number): Promise<MachineBucket[]> {
    return this.all<MachineBucket>(
      `SELECT DISTINCT machine, ts / ${HOUR_MS} * ${HOUR_MS} AS start FROM ${table}
       WHERE ts < ? ORDER BY 1, 2 LIMIT ?`,
      before,
      limit,
    );
  }

  async firstHeadTime(table: HeadTable, from: number): Promise<number | null> {
    return this.value(
      `SELECT min((SELECT ts FROM ${table} WHERE machine = machines.key AND ts >= ? ORDER BY ts LIMIT 1))
       FROM machines`,
      from,
    );
  }

  async blocks(tier: Tier, ranges: readonly BlockRange[]): Promise<StoredBlock[]> {
    return blockQueries(ranges)
      .flatMap((query) => BLOCK_SIZES.flatMap((size) => this.blocksOf(tier, size, query)))
      .sort((one, other) => one.machine - other.machine || one.start - other.start);
  }

  private blocksOf(
    tier: Tier,
    size: BlockSize,
    { machines, from, to, columns }: BlockQuery,
  ): StoredBlock[] {
    const some = columns ? `AND device IN ${LISTED} AND metric IN ${LISTED}` : '';
    const lists = columns ? [columns.devices, columns.metrics] : [];
    const rows = this.statement(
      `SELECT machine, device, metric, start, data FROM ${BLOCK_TABLES[tier][size]}
       WHERE start >= ? AND start < ? AND machine IN ${LISTED} ${some}`,
    )
      .raw()
      .all(
        blockStart(tier, size, from),
        to,
        ...[machines, ...lists].map((list) => JSON.stringify(list)),
      ) as [number, number, number, number, Buffer][];
    return rows.map(([machine, device, metric, start, data]) => ({
      machine,
      device,
      metric,
      start,
      data,
      size,
    }));
  }

  async putBlocks(tier: Tier, size: BlockSize, rows: readonly BlockRow[]): Promise<void> {
    const sql = `INSERT INTO ${BLOCK_TABLES[tier][size]} (machine, device, metric, start, data) VALUES (?, ?, ?, ?, ?)`;
    this.apply(() => {
      for (const { machine, device, metric, start, data } of rows) {
        this.run(sql, machine, device, metric, start, data);
      }
    });
  }

  async deleteBlocks(
    tier: Tier,
    size: BlockSize,
    { machine, from, to }: MachineRange,
  ): Promise<void> {
    const sql = `DELETE FROM ${BLOCK_TABLES[tier][size]} WHERE machine = ? AND start >= ? AND start < ?`;
    this.apply(() => void this.run(sql, machine, from, to));
  }

  async firstTimeOf(machine: number, from: number): Promise<number | null> {
    return this.value(
      `SELECT min(first) FROM (
         SELECT min(ts) AS first FROM raw_head WHERE machine = @machine AND ts >= @from
         UNION ALL SELECT min(ts) FROM raw_late WHERE machine = @machine AND ts >= @from
         UNION ALL SELECT min(start) FROM ${BLOCK_TABLES.raw.small}
           WHERE machine = @machine AND device = 0 AND metric = 0 AND start >= @small
         UNION ALL SELECT min(start) FROM ${BLOCK_TABLES.raw.large}
           WHERE machine = @machine AND device = 0 AND metric = 0 AND start >= @large)`,
      {
        machine,
        from,
        small: blockStart('raw', 'small', from),
        large: blockStart('raw', 'large', from),
      },
    );
  }

  async firstBlock(tier: Tier, from: number): Promise<number | null> {
    const starts = BLOCK_SIZES.map((size) =>
      this.value(
        `SELECT min((SELECT start FROM ${BLOCK_TABLES[tier][size]}
           WHERE machine = machines.key AND device = 0 AND metric = 0 AND start >= ? ORDER BY start LIMIT 1))
         FROM machines`,
        from,
      ),
    ).filter((start) => start !== null);
    return starts.length === 0 ? null : Math.min(...starts);
  }

  async setAside(tier: Tier, rows: readonly BlockRow[], reason: string): Promise<void> {
    const sql = `INSERT INTO damaged_blocks (tier, machine, device, metric, start, data, reason)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    this.apply(() => {
      for (const { machine, device, metric, start, data } of rows) {
        this.run(sql, tier, machine, device, metric, start, data, reason);
      }
    });
  }

  async markDirty(tier: RollupTier, buckets: readonly MachineBucket[]): Promise<void> {
    const sql =
      'INSERT INTO dirty_buckets (tier, family, series, start) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.apply(() => {
      for (const { machine, start } of buckets) {
        this.run(sql, tier, FAMILY, machine, start);
      }
    });
  }

  async takeDirty(
    tier: RollupTier,
    from: number,
    limit: number,
    machines: readonly number[] | null,
  ): Promise<MachineBucket[]> {
    const taken = this.all<MachineBucket>(
      `SELECT series AS machine, start FROM dirty_buckets WHERE tier = @tier AND family = '${FAMILY}'
         AND start >= @from
         AND (@machines IS NULL OR series IN (SELECT value FROM json_each(@machines)))
       ORDER BY series, start LIMIT @limit`,
      { tier, from, limit, machines: machines && JSON.stringify(machines) },
    );
    const sql =
      'DELETE FROM dirty_buckets WHERE tier = ? AND family = ? AND series = ? AND start = ?';
    this.apply(() => {
      for (const { machine, start } of taken) {
        this.run(sql, tier, FAMILY, machine, start);
      }
    });
    return taken;
  }

  async oldestDirty(machines: readonly number[]): Promise<Record<RollupTier, number | null>> {
    const rows = this.all<{ tier: RollupTier; start: number }>(
      `SELECT tier, min(start) AS start FROM dirty_buckets
       WHERE tier IN ('1m', '1h') AND family = '${FAMILY}'
         AND series IN ${LISTED}
         AND (tier = '1h' OR start >= (SELECT value FROM metric_store_state WHERE name = 'raw.horizon'))
       GROUP BY tier`,
      JSON.stringify(machines),
    );
    const oldest: Record<RollupTier, number | null> = { '1m': null, '1h': null };
    for (const { tier, start } of rows) {
      oldest[tier] = start;
    }
    return oldest;
  }

  async putHours(family: SeriesFamily, rows: readonly HourRow[]): Promise<void> {
    const columns = rollupColumns(family.metrics);
    const updates = columns.map((column) => `${column} = excluded.${column}`);
    const names = [family.key, 'ts', ...columns];
    const sql = `INSERT INTO ${family.table} (${names}) VALUES (${names.map(() => '?')})
      ON CONFLICT (${family.key}, ts) DO UPDATE SET ${updates}`;
    this.apply(() => {
      for (const { key, start, values } of rows) {
        this.run(sql, key, start, ...values);
      }
    });
  }

  async devices(machine: number, kind?: DeviceKind): Promise<(Device & DeviceAge)[]> {
    return this.all<Device & DeviceAge>(
      `SELECT id, machine, kind, name, last_seen AS last FROM devices
       WHERE machine = @machine AND (@kind IS NULL OR kind = @kind) ORDER BY kind, name`,
      { machine, kind: kind ?? null },
    );
  }

  async devicesOf(machines: readonly number[], kinds: readonly DeviceKind[]): Promise<Device[]> {
    return this.all<Device>(
      `SELECT id, machine, kind, name FROM devices
       WHERE machine IN (SELECT value FROM json_each(?)) AND kind IN (SELECT value FROM json_each(?))
       ORDER BY machine, id`,
      JSON.stringify(machines),
      JSON.stringify(kinds),
    );
  }

  async devicesById(ids: readonly number[]): Promise<Device[]> {
    return this.all<Device>(
      'SELECT id, machine, kind, name FROM devices WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
  }

  async touchDevices(devices: readonly { id: number; last: number }[]): Promise<void> {
    const sql = 'UPDATE devices SET last_seen = ? WHERE id = ? AND coalesce(last_seen, 0) < ?';
    this.apply(() => {
      for (const { id, last } of devices) {
        this.run(sql, last, id, last);
      }
    });
  }

  async nextMachineWithDevices(after: number): Promise<number | null> {
    return this.value('SELECT min(machine) FROM devices WHERE machine > ?', after);
  }

  async deleteDeviceHistory(machine: number, ids: readonly number[]): Promise<number> {
    const listed = '(SELECT value FROM json_each(?))';
    const json = JSON.stringify(ids);
    let deleted = 0;
    for (const table of ALL_BLOCK_TABLES) {
      deleted += this.run(
        `DELETE FROM ${table} WHERE rowid IN (
           SELECT rowid FROM ${table} WHERE machine = ? AND device IN ${listed} LIMIT ${ROWS_PER_STEP})`,
        machine,
        json,
      );
    }
    deleted += this.run(
      `DELETE FROM device_metrics_1h WHERE (device, ts) IN (
         SELECT device, ts FROM device_metrics_1h WHERE device IN ${listed} LIMIT ${ROWS_PER_STEP})`,
      json,
    );
    return deleted;
  }

  async deleteDevices(ids: readonly number[]): Promise<void> {
    const sql = 'DELETE FROM devices WHERE id IN (SELECT value FROM json_each(?))';
    this.apply(() => void this.run(sql, JSON.stringify(ids)));
  }

  async hasLegacy(tier: Tier): Promise<boolean> {
    const sql = "SELECT count(*) AS found FROM sqlite_schema WHERE type = 'table' AND name = ?";
    return this.value(sql, LEGACY_TABLES[tier].machine) === 1;
  }

  async newestLegacy(tier: Tier, before: number): Promise<number | null> {
    return this.value(
      `SELECT max((SELECT max(ts) FROM ${LEGACY_TABLES[tier].machine} WHERE machine = machines.key AND ts < ?))
       FROM machines`,
      before,
    );
  }

  async legacyRows(tier: Tier, { machine, from, to }: MachineRange): Promise<LegacyRows> {
    const tables = LEGACY_TABLES[tier];
    return legacyRowsOf(
      this.all(
        `SELECT ts AS time, * FROM ${tables.machine} WHERE machine = ? AND ts >= ? AND ts < ? ORDER BY ts`,
        machine,
        from,
        to,
      ),
      this.all(
        `SELECT history.ts AS time, history.* FROM devices CROSS JOIN ${tables.device} AS history ON device = id
         WHERE devices.machine = ? AND history.ts >= ? AND history.ts < ? ORDER BY history.ts`,
        machine,
        from,
        to,
      ),
    );
  }

  async dropLegacy(tier: Tier): Promise<boolean> {
    const { machine, device } = LEGACY_TABLES[tier];
    for (const table of [device, machine]) {
      if ((await this.value('SELECT count(*) FROM sqlite_schema WHERE name = ?', table)) === 0) {
        continue;
      }
      const key = table.startsWith('device') ? 'device' : 'machine';
      const sql = `DELETE FROM ${table} WHERE (${key}, ts) IN (SELECT ${key}, ts FROM ${table} LIMIT ${ROWS_PER_STEP})`;
      if (this.connection.prepare(sql).run().changes > 0) {
        return true;
      }
      // No statement of the table may be left.
      this.statements.clear();
      this.connection.exec(`DROP TABLE ${table}`);
    }
    return false;
  }

  async deleteMachineRows(machine: number): Promise<number> {
    const devices = 'SELECT id FROM devices WHERE machine = ?';
    const deletions = [
      ...[...Object.values(HEAD_TABLES).flat(), 'metrics_1h'].map((table) =>
        limited(table, 'machine, ts', 'machine = ?'),
      ),
      ...ALL_BLOCK_TABLES.map((table) => limited(table, 'rowid', 'machine = ?')),
      limited('device_metrics_1h', 'device, ts', `device IN (${devices})`),
      'DELETE FROM dirty_buckets WHERE series = ?',
      'DELETE FROM damaged_blocks WHERE machine = ?',
      'DELETE FROM devices WHERE machine = ?',
    ];
    for (const sql of deletions) {
      const rows = this.run(sql, machine);
      if (rows > 0) {
        return rows;
      }
    }
    return 0;
  }

  private all<row>(sql: string, ...parameters: Parameters): row[] {
    return this.statement(sql).all(...parameters) as row[];
  }

  private run(sql: string, ...parameters: Parameters): number {
    return this.statement(sql).run(...parameters).changes;
  }

  private value(sql: string, ...parameters: Parameters): number | null {
    const row = this.statement(sql).get(...parameters) as Record<string, number | null> | undefined;
    return row === undefined ? null : (Object.values(row)[0] ?? null);
  }

  private statement(sql: string): Database.Statement<Parameters, unknown> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare<Parameters, unknown>(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

/**
 * A session whose writes are carried out together at the end, in one go: a transaction that waited for
 * anything would make the other connection to the file wait, and with it this whole process. What is
 * written is not seen by later reads of the same session.
 */
export class SqliteTransaction extends SqliteSession {
  private readonly writes: (() => void)[] = [];

  protected override apply(write: () => void): void {
    this.writes.push(write);
  }

  /** Carries out all writes, or none of them. */
  commit(): void {
    this.connection
      .transaction(() => {
        for (const write of this.writes) {
          write();
        }
      })
      .immediate();
  }
}

function inOrder<range extends MachineRange>(ranges: readonly range[]): range[] {
  return [...ranges].sort((one, other) => one.machine - other.machine || one.from - other.from);
}

function limited(table: string, key: string, condition: string): string {
  return `DELETE FROM ${table} WHERE (${key}) IN (
    SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${ROWS_PER_STEP})`;
}
