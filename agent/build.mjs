/** Bundles the agent to one file that needs nothing but Node. */
import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));

/** Options that the module and the single-executable build share. */
export const shared = {
  absWorkingDir: here,
  entryPoints: ['src/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  // Only WebSockets are used: the XMLHttpRequest emulation, which starts processes, stays out.
  alias: { 'xmlhttprequest-ssl': './src/sender/no-xhr.ts' },
  define: {
    PROCSPY_AGENT_VERSION: JSON.stringify(version),
    // Optional native add-ons of `ws`, which a single file cannot carry.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
};

const outfile = `${here}dist/procspy-agent.mjs`;
await build({
  ...shared,
  outfile,
  format: 'esm',
  banner: {
    js: [
      '#!/usr/bin/env node',
      "import{createRequire as __createRequire}from'node:module';",
      'const require=__createRequire(import.meta.url);',
    ].join('\n'),
  },
});
chmodSync(outfile, 0o755);
