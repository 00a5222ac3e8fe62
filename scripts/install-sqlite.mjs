/**
 * Run by `npm install`. Node 20 needs better-sqlite3 12, whose binary fits one version of Node and is
 * fetched or compiled; later versions use better-sqlite3 13, which brings its binaries
 * (docs/adr/0011-supported-node-versions.md).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNode } from './require-node.mjs';

requireNode('procspy');
const FOLDER = fileURLToPath(new URL('../node_modules/better-sqlite3-node20', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major < 22 && !existsSync(join(FOLDER, 'build/Release/better_sqlite3.node'))) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'install'], {
    cwd: existsSync(FOLDER) ? FOLDER : undefined,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(
      `${stdout}${stderr}procspy: SQLite could not be built for Node 20: install a C++ compiler, make and Python, or use Node 22 or later, which needs none of them\n`,
    );
    process.exit(1);
  }
}
