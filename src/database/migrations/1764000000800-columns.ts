/** History in columns: packed rows of the newest samples and minutes, and blocks of what is older. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

// Spelled out, not taken from the catalogue: a migration must do the same in a year.
const MACHINE_METRICS =
  'cpu ram disk network_in network_out gpu gpu_memory swap cpu_iowait cpu_steal load1 load5 load15 disk_read disk_write temperature processes uptime'.split(
    ' ',
  );
const DEVICE_METRICS =
  'usage used_bytes total_bytes inodes_usage read write network_in network_out memory_usage temperature power speed charge'.split(
    ' ',
  );

/** Tables of samples and minutes with a column for every metric, which the server takes over. */
const ROW_TABLES = [
  { table: 'metrics', key: 'machine', columns: [...MACHINE_METRICS, 'missing'] },
  { table: 'device_metrics', key: 'device', columns: DEVICE_METRICS },
  { table: 'metrics_1m', key: 'machine', columns: MACHINE_METRICS.flatMap(minuteColumns) },
  { table: 'device_metrics_1m', key: 'device', columns: DEVICE_METRICS.flatMap(minuteColumns) },
] as const;

function minuteColumns(name: string): string[] {
  return [name, `${name}_min`, `${name}_max`, `${name}_count`];
}

/** Tables of packed rows, and whether PostgreSQL keeps them in partitions by time. */
const HEADS = { raw_head: true, raw_late: false, minute_head: false } as const;
const BLOCKS = ['raw_blocks', 'raw_hour_blocks', 'minute_blocks', 'minute_hour_blocks'] as const;

export class Columns1764000000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.connection.options.type === 'postgres';
    const time = postgres ? 'timestamptz' : 'integer';
    const bytes = postgres ? 'bytea' : 'blob';
    for (const [table, partitioned] of Object.entries(HEADS)) {
      const tail = postgres ? (partitioned ? 'PARTITION BY RANGE (ts)' : '') : 'WITHOUT ROWID';
      await runner.query(
        `CREATE TABLE ${table} (machine integer NOT NULL, ts ${time} NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (machine, ts)) ${tail}`,
      );
    }
    for (const table of BLOCKS) {
      await runner.query(
        `CREATE TABLE ${table} (machine integer NOT NULL, device integer NOT NULL, metric smallint NOT NULL, start ${time} NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (machine, device, metric, start)) ${postgres ? 'PARTITION BY RANGE (start)' : ''}`,
      );
      if (postgres) {
        // Columns are compressed already.
        await runner.query(`ALTER TABLE ${table} ALTER COLUMN data SET STORAGE EXTERNAL`);
      }
    }
    await runner.query(
      `CREATE TABLE damaged_blocks (tier varchar(3) NOT NULL, machine integer NOT NULL, device integer NOT NULL, metric smallint NOT NULL, start bigint NOT NULL, reason text NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (tier, machine, device, metric, start))`,
    );
    await runner.query('ALTER TABLE devices ADD COLUMN last_seen bigint');
    // What is known of a device in samples and minutes comes with their conversion.
    const newest = 'SELECT max(ts) FROM device_metrics_1h WHERE device = devices.id';
    await runner.query(
      `UPDATE devices SET last_seen = ${postgres ? `(extract(epoch FROM (${newest})) * 1000)::bigint` : `(${newest})`}`,
    );
    // A machine is computed together with its devices from now on.
    await runner.query(
      `INSERT INTO dirty_buckets (tier, family, series, start)
       SELECT DISTINCT tier, 'metrics', machine, start FROM dirty_buckets JOIN devices ON devices.id = series
       WHERE family = 'device_metrics' ON CONFLICT DO NOTHING`,
    );
    await runner.query("DELETE FROM dirty_buckets WHERE family = 'device_metrics'");
    await dropIfEmpty(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE devices DROP COLUMN last_seen');
    await createRowTables(runner);
    for (const table of ['damaged_blocks', ...BLOCKS, ...Object.keys(HEADS)]) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

/** A new database has nothing to take over. */
async function dropIfEmpty(runner: QueryRunner): Promise<void> {
  for (const { table } of ROW_TABLES) {
    const rows: unknown[] = await runner.query(`SELECT 1 FROM ${table} LIMIT 1`);
    if (rows.length > 0) {
      return;
    }
  }
  for (const { table } of ROW_TABLES) {
    await runner.query(`DROP TABLE ${table}`);
  }
}

/** Empty, if they are gone. */
async function createRowTables(runner: QueryRunner): Promise<void> {
  const postgres = runner.connection.options.type === 'postgres';
  for (const { table, key, columns } of ROW_TABLES) {
    const head = `${key} integer NOT NULL, ts ${postgres ? 'timestamptz' : 'integer'} NOT NULL`;
    const list = columns.map((name) => `${name} ${typeOf(name)}`).join(', ');
    await runner.query(
      `CREATE TABLE IF NOT EXISTS ${table} (${head}, ${list}, PRIMARY KEY (${key}, ts)) ${postgres ? 'PARTITION BY RANGE (ts)' : 'WITHOUT ROWID'}`,
    );
  }
}

function typeOf(column: string): string {
  if (column === 'missing') {
    return 'text';
  }
  return column.endsWith('_count') ? 'integer' : 'double precision';
}
