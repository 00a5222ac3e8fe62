/** History: raw samples and two rolled-up tiers, for machines and for devices. */
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

export class CreateMetrics1764000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const postgres = runner.connection.options.type === 'postgres';
    const id = postgres
      ? 'integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY'
      : 'integer PRIMARY KEY AUTOINCREMENT';
    await runner.query(
      `CREATE TABLE devices (id ${id}, machine integer NOT NULL, kind varchar(20) NOT NULL, name varchar(200) NOT NULL, UNIQUE (machine, kind, name))`,
    );
    await runner.query(
      'CREATE TABLE metric_store_state (name varchar(50) PRIMARY KEY, value bigint NOT NULL)',
    );
    await runner.query(
      'CREATE TABLE dirty_buckets (tier varchar(2) NOT NULL, family varchar(20) NOT NULL, series integer NOT NULL, start bigint NOT NULL, PRIMARY KEY (tier, family, series, start))',
    );
    for (const [table, key, metrics] of [
      ['metrics', 'machine', MACHINE_METRICS],
      ['device_metrics', 'device', DEVICE_METRICS],
    ] as const) {
      const raw = metrics.map((name) => `${name} double precision`);
      if (table === 'metrics') {
        raw.push('missing text');
      }
      const rolledUp = metrics.flatMap((name) => [
        `${name} double precision`,
        `${name}_min double precision`,
        `${name}_max double precision`,
        `${name}_count integer`,
      ]);
      await createSeries(runner, postgres, table, key, raw);
      await createSeries(runner, postgres, `${table}_1m`, key, rolledUp);
      await createSeries(runner, postgres, `${table}_1h`, key, rolledUp);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['metrics', 'device_metrics']) {
      for (const suffix of ['', '_1m', '_1h']) {
        await runner.query(`DROP TABLE ${table}${suffix}`);
      }
    }
    await runner.query('DROP TABLE dirty_buckets');
    await runner.query('DROP TABLE metric_store_state');
    await runner.query('DROP TABLE devices');
  }
}

/** On PostgreSQL the store adds the partitions; on SQLite the rows lie in key order. */
async function createSeries(
  runner: QueryRunner,
  postgres: boolean,
  table: string,
  key: string,
  columns: string[],
): Promise<void> {
  const head = `${key} integer NOT NULL, ts ${postgres ? 'timestamptz' : 'integer'} NOT NULL`;
  const tail = postgres ? 'PARTITION BY RANGE (ts)' : 'WITHOUT ROWID';
  await runner.query(
    `CREATE TABLE ${table} (${head}, ${columns.join(', ')}, PRIMARY KEY (${key}, ts)) ${tail}`,
  );
}
