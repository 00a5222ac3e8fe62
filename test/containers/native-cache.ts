/** What the images' commands need on Node 20; the images themselves run a later one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const NODE20_SQLITE = 'node_modules/better-sqlite3-node20';
const isNode20 = process.versions.node.startsWith('20.');

/**
 * Spares the test the compilation of SQLite, which npm did when this checkout was installed: packs the
 * result as its install script expects a ready binary, into `folder`, and answers the environment by
 * which the script finds it. Later versions of Node compile nothing.
 */
export function packInstalledSqlite(repository: string, folder: string): NodeJS.ProcessEnv {
  if (!isNode20) {
    return {};
  }
  const installed = join(repository, NODE20_SQLITE);
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

/** Puts the driver of Node 20, which the image leaves out, into `workdir` if this test runs there. */
export function lendSqliteOfNode20(repository: string, workdir: string): void {
  if (isNode20) {
    symlinkSync(join(repository, NODE20_SQLITE), join(workdir, NODE20_SQLITE));
  }
}
