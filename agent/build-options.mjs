/** What the module and the single executable have in common. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** This package's folder. */
export const here = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));

/** Only WebSockets are used: the emulation of XMLHttpRequest, which starts processes, stays out. */
const withoutXhr = {
  name: 'without-xhr',
  setup(build) {
    build.onResolve({ filter: /^xmlhttprequest-ssl$/ }, ({ path }) => ({
      path,
      namespace: 'none',
    }));
    build.onLoad({ filter: /.*/, namespace: 'none' }, () => ({
      contents: 'export default class {}',
    }));
  },
};

/** Options for esbuild. */
export const shared = {
  absWorkingDir: here,
  entryPoints: ['src/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  plugins: [withoutXhr],
  define: {
    PROCSPY_AGENT_VERSION: JSON.stringify(version),
    // Optional native add-ons of `ws`, which a single file cannot carry.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
};
