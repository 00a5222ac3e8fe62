/** Bundles the agent to one file that needs nothing but Node: agent/dist/procspy-agent.mjs. */
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';
import { requireNode } from '../scripts/require-node.mjs';
import { thirdPartyLicenses } from '../scripts/third-party-licenses.mjs';
import { here, shared } from './build-options.mjs';

const outfile = `${here}dist/procspy-agent.mjs`;
await build({
  ...shared,
  outfile,
  plugins: [...shared.plugins, thirdPartyLicenses('dist/procspy-agent.LICENSES.txt')],
  format: 'esm',
  banner: {
    js: [
      '#!/usr/bin/env node',
      `(${requireNode})('procspy-agent');`,
      "import{createRequire as __createRequire}from'node:module';",
      'const require=__createRequire(import.meta.url);',
    ].join('\n'),
  },
});
chmodSync(outfile, 0o755);
