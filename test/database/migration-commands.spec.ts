/** `npm run migration:…`: entities and migrations are held against each other on both databases. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase } from '../helpers/postgres.js';

const ROOT = resolve(__dirname, '../..');
const MIGRATIONS = 'database/migrations';
const NEW_ENTITY = `import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('machine_notes')
export class MachineNoteEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  text!: string;
}
`;

describe('migration commands', () => {
  let folder: string;
  let source: string;

  beforeEach(async () => {
    // Below the root, where Node finds the packages.
    await mkdir(join(ROOT, '.dev'), { recursive: true });
    folder = await mkdtemp(join(ROOT, '.dev', 'test-'));
    source = join(folder, 'src');
    await cp(join(ROOT, 'src'), source, { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(command: string, ...args: string[]): Promise<string> {
    const postgres = await createDatabase();
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          join(ROOT, 'scripts/migration.mjs'),
          command,
          ...args,
          '--source',
          source,
          '--postgres',
          postgres.url,
        ],
        {
          cwd: ROOT,
          env: { PATH: process.env.PATH, PROCSPY_DATA_DIR: join(folder, 'data') },
        },
      );
      return stdout;
    } finally {
      await postgres.drop();
    }
  }

  const filesOf = async (part: string) =>
    (await readdir(join(source, MIGRATIONS))).filter((name) => name.endsWith(`-${part}.ts`));

  async function textOf(part: string): Promise<string> {
    const [file = ''] = await filesOf(part);
    return readFile(join(source, MIGRATIONS, file), 'utf8');
  }

  it('find an index that lists every migration', async () => {
    const before = await readFile(join(ROOT, 'src', MIGRATIONS, 'index.ts'), 'utf8');
    await run('index');
    expect(await readFile(join(source, MIGRATIONS, 'index.ts'), 'utf8')).toBe(before);
  });

  it('generate nothing where entities and migrations agree', async () => {
    expect(await run('generate', 'nothing')).toContain('no changes');
    expect(await filesOf('nothing')).toEqual([]);
  });

  it('generate what a new entity needs, for both databases, and list it', async () => {
    await writeFile(join(source, 'machines/machine-note.entity.ts'), NEW_ENTITY);
    expect(await run('generate', 'add-machine-notes')).toContain('listed it in index.ts');
    const text = await textOf('add-machine-notes');
    expect(text.match(/CREATE TABLE "machine_notes"/g)).toHaveLength(2);
    expect(text.match(/DROP TABLE "machine_notes"/g)).toHaveLength(2);
    expect(await run('generate', 'again')).toContain('no changes');
    expect(await run('show')).toMatch(/\[ \] AddMachineNotes\d{13}\n$/);
    expect(await run('run')).toContain('up to date');
    expect(await run('show')).toMatch(/\[X\] AddMachineNotes\d{13}\n$/);
  });

  it('create an empty one under a good name only', async () => {
    expect(await run('create', 'tidy-up')).toContain('-tidy-up.ts');
    expect(await textOf('tidy-up')).toMatch(/export class TidyUp\d{13} implements/);
    await expect(run('create', 'Bad name')).rejects.toThrow('the migration needs a name');
  });
});
