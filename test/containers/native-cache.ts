/** Spares the test the compilation of SQLite, which npm did when this checkout was installed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packs the installed better-sqlite3 as its install script expects a ready binary, into `folder`;
 * answers the environment by which the script finds it.
 */
export function packInstalledSqlite(repository: string, folder: string): NodeJS.ProcessEnv {
  const installed = join(repository, 'node_modules/better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const abi = process.versions.modules;
  const name = `better-sqlite3-v${version}-node-v${abi}-${process.platform}-${process.arch}.tar.gz`;
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', [
    '-czf',
    join(folder, name),
    '-C',
    installed,
    'build/Release/better_sqlite3.node',
  ]);
  return { npm_config_better_sqlite3_local_prebuilds: folder };
}
