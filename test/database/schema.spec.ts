/** The schema: what the migrations make, that it fits the catalogue and the entities, and back. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { rollupColumns, SERIES_FAMILIES } from '../../src/metrics/store/series.js';
import { DATABASES } from '../helpers/server.js';
import { openTestStore, storeSample, type TestStore } from '../helpers/store.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');

describe.each(DATABASES)('schema on %s', (database) => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore(database, NOW);
  });

  afterEach(() => test.close());

  it('has columns for every metric of the catalogue in the tables of hours, and no others', async () => {
    for (const { table, key, metrics } of SERIES_FAMILIES) {
      const rows: { name: string }[] = await test.dataSource.query(
        database === 'sqlite'
          ? `SELECT name FROM pragma_table_info('${table}')`
          : `SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${table}'`,
      );
      const expected = [key, 'ts', ...rollupColumns(metrics)];
      expect(rows.map(({ name }) => name).sort()).toEqual(expected.sort());
    }
  });

  it('is what the entities say', async () => {
    const entities = await entityClasses();
    expect(entities.length).toBeGreaterThanOrEqual(12);
    const dataSource = new DataSource({ ...dataSourceOptions(test.config), entities });
    await dataSource.initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('goes down and up again with data in it', async () => {
    const [machine = 0] = await test.addMachines(1);
    const devices = { cores: [{ name: '0', usage: 5 }] };
    await test.store.write([storeSample(machine, NOW, { values: { cpu: 5 }, devices })]);
    const applied = test.dataSource.migrations.length;
    for (let count = 0; count < applied; count++) {
      await test.dataSource.undoLastMigration();
    }
    const tables = await userTables(test.dataSource);
    expect(tables.filter((name) => name !== 'migrations')).toEqual([]);
    expect(await test.dataSource.runMigrations()).toHaveLength(applied);
    const [again = 0] = await test.addMachines(1);
    expect(again).toBeGreaterThan(0);
  });

  it('is left alone by a second run of the migrations', async () => {
    expect(await test.dataSource.runMigrations()).toEqual([]);
  });

  it('can be asked by plain SQL with an index for every query by machine and time', async () => {
    const [machine = 0] = await test.addMachines(1);
    await test.store.write([storeSample(machine, NOW, { values: { cpu: 5 } })]);
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => test.store.rollUp(tier, NOW + 7_200_000), new AbortController().signal);
    }
    const plan = JSON.stringify(
      await test.dataSource.query(
        database === 'sqlite'
          ? 'EXPLAIN QUERY PLAN SELECT cpu FROM metrics_1h WHERE machine = 1 AND ts >= 0 AND ts < 10'
          : "EXPLAIN SELECT cpu FROM metrics_1h WHERE machine = 1 AND ts >= '2026-05-01T00:00:00Z' AND ts < '2026-05-01T01:00:00Z'",
      ),
    );
    expect(plan).toMatch(/SEARCH metrics_1h USING PRIMARY KEY|Index Scan|Bitmap/);
  });
});

/** The class of every `*.entity.ts`. */
async function entityClasses(): Promise<(new () => object)[]> {
  const source = resolve(__dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const modules: Record<string, new () => object>[] = await Promise.all(
    files.filter((file) => file.endsWith('.entity.ts')).map((file) => import(join(source, file))),
  );
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (name.endsWith('Entity') ? value : [])),
  );
}

async function userTables(dataSource: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    dataSource.options.type === 'better-sqlite3'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  return rows.map(({ name }) => name);
}
