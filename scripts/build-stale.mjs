/** Builds those of the three packages whose sources changed since their last build. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const IGNORED = new Set(['node_modules', 'dist', '.git']);

/** What is built from what; `output` is the file that a build writes last or anew. */
const PACKAGES = [
  {
    name: 'server',
    sources: [
      'src',
      'scripts/bundle-server.mjs',
      'scripts/require-node.mjs',
      'scripts/third-party-licenses.mjs',
      'package.json',
      'tsconfig.build.json',
      'tsconfig.json',
      'nest-cli.json',
    ],
    output: 'dist/bundle/procspy-server.mjs',
    script: ['run', '--silent', 'build:server'],
  },
  {
    name: 'dashboard',
    sources: ['dashboard', 'src/contracts'],
    output: 'dashboard/dist/index.html',
    script: ['run', '--silent', 'build', '-w', 'dashboard'],
  },
  {
    name: 'agent',
    sources: ['agent', 'src/contracts'],
    output: 'agent/dist/procspy-agent.mjs',
    script: ['run', '--silent', 'build', '-w', 'agent'],
  },
];

/** Builds what is stale; throws if a build fails. */
export function buildStale() {
  for (const { name, sources, output, script } of PACKAGES) {
    const builtAt = modifiedAt(join(ROOT, output));
    if (sources.some((source) => newest(join(ROOT, source)) > builtAt)) {
      process.stdout.write(`building the ${name} …\n`);
      execFileSync('npm', script, {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
        // Under Jest it is `test`: React would be bundled for developers, at nearly twice the size.
        env: { ...process.env, NODE_ENV: 'production' },
        shell: process.platform === 'win32',
      });
    }
  }
}

function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Time of the last change of a file, or of anything in a folder. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    return stats?.mtimeMs ?? 0;
  }
  return readdirSync(path)
    .filter((entry) => !IGNORED.has(entry))
    .reduce((latest, entry) => Math.max(latest, newest(join(path, entry))), 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildStale();
  } catch (error) {
    process.stderr.write(`the build failed: ${error.message}\n`);
    process.exit(1);
  }
}
