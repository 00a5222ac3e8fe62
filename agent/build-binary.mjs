/**
 * Makes the agent a single executable for this platform, with Node inside (Node's SEA):
 * agent/dist/procspy-agent, or procspy-agent.exe on Windows.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inject } from 'postject';
import { here, shared } from './build-options.mjs';

/** Where Node looks for the program; the same in every Node. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const dist = join(here, 'dist');
const script = join(dist, 'sea', 'procspy-agent.cjs');
const blob = join(dist, 'sea', 'procspy-agent.blob');
const config = join(dist, 'sea', 'sea-config.json');
const binary = join(dist, process.platform === 'win32' ? 'procspy-agent.exe' : 'procspy-agent');

mkdirSync(join(dist, 'sea'), { recursive: true });
// A single executable runs CommonJS only: there its own file stands for the module's address.
await build({
  ...shared,
  outfile: script,
  format: 'cjs',
  define: { ...shared.define, 'import.meta.url': '__bundle' },
  banner: { js: "const __bundle=require('node:url').pathToFileURL(process.execPath).href;" },
});
writeFileSync(
  config,
  JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true }),
);
execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'inherit' });

rmSync(binary, { force: true });
copyFileSync(process.execPath, binary);
chmodSync(binary, 0o755);
const mac = process.platform === 'darwin';
// The copy's signature no longer holds once something is put in, and macOS runs nothing unsigned.
if (mac) execFileSync('/usr/bin/codesign', ['--remove-signature', binary]);
await inject(binary, 'NODE_SEA_BLOB', readFileSync(blob), {
  sentinelFuse: FUSE,
  ...(mac ? { machoSegmentName: 'NODE_SEA' } : {}),
});
if (mac) execFileSync('/usr/bin/codesign', ['--sign', '-', binary]);
rmSync(join(dist, 'sea'), { recursive: true });
