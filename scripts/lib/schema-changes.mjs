/** The server's database code for scripts, and what entities ask for beyond the migrations. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { typescriptSource } from './typescript-source.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles and loads what is needed of the sources in `source`, every `*.entity.ts` included. */
export async function loadDatabaseCode(source) {
  const from = (path) => JSON.stringify(`./${relative(ROOT, path).replaceAll('\\', '/')}`);
  const files = readdirSync(source, { recursive: true }).filter((name) =>
    name.endsWith('.entity.ts'),
  );
  // Below the root, where Node finds the packages.
  const outfile = join(ROOT, 'dist', `database-code-${process.pid}.mjs`);
  await build({
    stdin: {
      resolveDir: ROOT,
      contents: [
        "import 'reflect-metadata';",
        ...files.map((file, index) => `import * as file${index} from ${from(join(source, file))};`),
        `export const entities = [${files.map((_, index) => `file${index}`)}].flatMap(Object.values);`,
        `export { dataSourceOptions } from ${from(join(source, 'database/data-source-options.ts'))};`,
        `export { openDatabase } from ${from(join(source, 'database/open-database.ts'))};`,
        `export { readServerConfig } from ${from(join(source, 'config/server-config.ts'))};`,
        "export { startPostgres } from './test/helpers/postgres-server.ts';",
        "export { DataSource, MigrationExecutor } from 'typeorm';",
      ].join('\n'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    keepNames: true,
    logLevel: 'warning',
    plugins: [typescriptSource()],
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}

/**
 * Runs the migrations on empty databases, and answers the statements that are still missing:
 * `{postgres: {up, down}, sqlite: {up, down}}`.
 */
export async function findSchemaChanges(code, postgresUrl) {
  const postgres = postgresUrl ? null : await code.startPostgres();
  try {
    return {
      postgres: await changesOn(code, { dialect: 'postgres', url: postgresUrl ?? postgres.url }),
      sqlite: await changesOn(code, { dialect: 'sqlite', file: ':memory:' }),
    };
  } finally {
    await postgres?.stop();
  }
}

async function changesOn({ dataSourceOptions, entities, DataSource }, database) {
  const functions = entities.filter((entity) => typeof entity === 'function');
  const dataSource = new DataSource({ ...dataSourceOptions(database), entities: functions });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    return { up: upQueries, down: downQueries.toReversed() };
  } finally {
    await dataSource.destroy();
  }
}
