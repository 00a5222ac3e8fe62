/** Writes a compressed copy beside every script and style sheet: the server sends it as it is. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller files fit into one packet anyway. */
const LEAST_BYTES = 1_024;

/** Brotli for HTTPS and localhost, gzip for browsers that reach the server by plain HTTP. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    // What is on the disk: Vite still changes the chunks in memory after `generateBundle`.
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(files.map((name) => writeCopies(join(dir, name))));
    },
  };
}

async function writeCopies(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < LEAST_BYTES) return;
  const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = {
    [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT,
    [BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await Promise.all([
    writeFile(
      `${path}.gz`,
      await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
    ),
    writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params })),
  ]);
}
