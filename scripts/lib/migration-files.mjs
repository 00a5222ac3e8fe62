/** Migrations are the files of src/database/migrations that begin with a time; the index is made from them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the migrations are. */
export const MIGRATIONS = fileURLToPath(
  new URL('../../src/database/migrations/index', import.meta.url),
);
const FILE = /^\d{13}-[a-z0-9-]+\.ts$/;

/** The text of src/database/migrations/index.ts: every migration, the oldest first. */
export function indexOf(folder = MIGRATIONS) {
  const found = readdirSync(folder)
    .filter((name) => FILE.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const classes = [...text.matchAll(/^export class (\w+) implements MigrationInterface/gm)];
      if (classes.length !== 1) {
        throw new Error(`${name} must export one class that implements MigrationInterface`);
      }
      return { name, className: classes[0][1] };
    });
  return [
    '/** Every migration, in the order in which they run. Made by `npm run migration:index`. */',
    ...found.map(
      ({ name, className }) => `import { ${className} } from './${name.replace(/\.ts$/, '.js')}';`,
    ),
    '',
    'export const migrations = [',
    ...found.map(({ className }) => `  ${className},`),
    '];',
    '',
  ].join('\n');
}

/** Writes the index anew. */
export function writeIndex(folder = MIGRATIONS) {
  writeFileSync(join(folder, 'index.ts'), indexOf(folder));
}

/** Writes a migration and lists it; `up` and `down` are statements of TypeScript. Answers its path. */
export function writeMigration(name, { up, down }, folder = MIGRATIONS) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '')) {
    throw new Error('the migration needs a name such as add-machine-notes');
  }
  const time = Date.now();
  const className = name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());
  const file = join(folder, `${time}-${name}.ts`);
  writeFileSync(
    file,
    `/** What this changes, and why. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className}${time} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
${up}
  }

  async down(runner: QueryRunner): Promise<void> {
${down}
  }
}
`,
  );
  writeIndex(folder);
  return file;
}
