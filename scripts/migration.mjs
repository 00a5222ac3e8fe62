/** `npm run migration:…`: makes, lists and runs migrations (docs/migrations.md). */
import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeIndex, writeMigration } from './lib/migration-files.mjs';
import { findSchemaChanges, loadDatabaseCode } from './lib/schema-changes.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    // Another copy of src/, for tests.
    source: { type: 'string', default: join(ROOT, 'src') },
    // An empty PostgreSQL database; without it one is started for the moment.
    postgres: { type: 'string' },
  },
});
const [command, name] = positionals;
const source = resolve(values.source);
const folder = join(source, 'database', 'migrations');
const print = (text) => process.stdout.write(`${text}\n`);

const commands = {
  index() {
    writeIndex(folder);
  },

  create() {
    const empty = '    // await runner.…';
    wrote(writeMigration(name, { up: empty, down: empty }, folder));
  },

  async generate() {
    const changes = await findSchemaChanges(await loadDatabaseCode(source), values.postgres);
    if (Object.values(changes).every(({ up }) => up.length === 0)) {
      print('no changes: the migrations make what the entities describe');
      return;
    }
    wrote(
      writeMigration(
        name,
        { up: statements(changes, 'up'), down: statements(changes, 'down') },
        folder,
      ),
    );
    print('Read it, and make it one for both databases where you can: docs/migrations.md');
  },

  async run() {
    const { dataSource } = await configured(true);
    print(`the database is up to date: ${dataSource.migrations.length} migrations`);
    await dataSource.destroy();
  },

  async show() {
    const { dataSource, MigrationExecutor } = await configured(false);
    const executor = new MigrationExecutor(dataSource);
    const pending = new Set(
      (await executor.getPendingMigrations()).map((migration) => migration.name),
    );
    for (const migration of dataSource.migrations) {
      const className = migration.name ?? migration.constructor.name;
      print(`[${pending.has(className) ? ' ' : 'X'}] ${className}`);
    }
    await dataSource.destroy();
  },
};

function wrote(file) {
  print(`wrote ${relative(process.cwd(), file)} and listed it in index.ts`);
}

/** The database of the settings, by the server's own way of opening it. */
async function configured(isMigrating) {
  const code = await loadDatabaseCode(source);
  const { database } = code.readServerConfig(process.env);
  if (database.file) {
    mkdirSync(dirname(database.file), { recursive: true, mode: 0o700 });
  }
  const options = code.dataSourceOptions(database);
  const dataSource = isMigrating
    ? await code.openDatabase(options)
    : await new code.DataSource(options).initialize();
  return { dataSource, MigrationExecutor: code.MigrationExecutor };
}

/** Statements for a method's body, a branch for each database. */
function statements({ postgres, sqlite }, direction) {
  const lines = (queries) =>
    queries.length === 0
      ? ['      // Nothing to do.']
      : queries.map(({ query, parameters }) => {
          const values = parameters?.length ? `, ${JSON.stringify(parameters)}` : '';
          const text = /['\\\n]/.test(query) ? JSON.stringify(query) : `'${query.trim()}'`;
          return `      await runner.query(${text}${values});`;
        });
  return [
    "    if (runner.connection.options.type === 'postgres') {",
    ...lines(postgres[direction]),
    '    } else {',
    ...lines(sqlite[direction]),
    '    }',
  ].join('\n');
}

try {
  if (!commands[command]) {
    throw new Error(`use one of: ${Object.keys(commands).join(', ')}`);
  }
  await commands[command]();
} catch (error) {
  process.stderr.write(`procspy: ${error.message}\n`);
  process.exitCode = 1;
}
