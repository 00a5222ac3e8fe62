/** Lets esbuild bundle the server from its TypeScript: SWC writes the metadata that Nest reads. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A plugin for esbuild; a file that did not change is transformed once. */
export function typescriptSource() {
  const transformed = new Map();
  return {
    name: 'typescript-source',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const known = transformed.get(path);
        if (known?.text === text) {
          return known.result;
        }
        const { code } = await transform(text, {
          filename: path,
          sourceFileName: relative(ROOT, path),
          configFile: false,
          swcrc: false,
          sourceMaps: 'inline',
          jsc: {
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
            target: 'es2023',
            keepClassNames: true,
          },
          module: { type: 'es6' },
        });
        const result = { contents: code, loader: 'js' };
        transformed.set(path, { text, result });
        return result;
      });
    },
  };
}
