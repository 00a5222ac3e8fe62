/**
 * Bundles the packages that the server imports apart from its source, once for a set of packages: what
 * `npm run dev` builds after each change is then only the source.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { oneCopy, shared } from '../bundle-server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = /^(@[^/]+\/)?[^./][^/]*/;

const isBundled = (specifier) =>
  !isBuiltin(specifier) && !shared.external.includes(PACKAGE.exec(specifier)?.[0]);
const fileOf = (specifier) => `${specifier.replace(/[^\w.-]/g, '_')}.mjs`;

/**
 * A plugin for esbuild: sends every import of a package to its bundle in `folder`, beside the folder of
 * the output.
 */
export function vendorBundle(folder) {
  let bundled = '';
  return {
    name: 'vendor-bundle',
    setup({ onResolve, onStart, onEnd }) {
      const specifiers = new Set();
      onStart(() => specifiers.clear());
      onResolve({ filter: PACKAGE }, ({ path, kind }) => {
        if (kind !== 'entry-point' && isBundled(path)) {
          specifiers.add(path);
          return { path: `../vendor/${fileOf(path)}`, external: true };
        }
        return undefined;
      });
      onEnd(async ({ errors }) => {
        const wanted = keyOf(specifiers);
        if (errors.length === 0 && wanted !== bundled) {
          await bundlePackages([...specifiers].sort(), folder, wanted);
          bundled = wanted;
        }
      });
    },
  };
}

/** Changes whenever another bundle is needed. */
function keyOf(specifiers) {
  return createHash('sha256')
    .update(JSON.stringify([process.version, ...specifiers].sort()))
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

async function bundlePackages(specifiers, folder, key) {
  const marker = join(folder, 'key');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === key) {
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  const entries = join(folder, 'entries');
  mkdirSync(entries, { recursive: true });
  for (const [specifier, names] of Object.entries(exportsOf(specifiers))) {
    const text = `export { ${names.join(', ')} } from ${JSON.stringify(specifier)};\n`;
    writeFileSync(
      join(entries, fileOf(specifier)),
      names.length > 0 ? text : `import ${JSON.stringify(specifier)};\n`,
    );
  }
  await build({
    ...shared,
    entryPoints: specifiers.map((specifier) => join(entries, fileOf(specifier))),
    outdir: folder,
    outbase: entries,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    keepNames: true,
    sourcemap: false,
    plugins: [oneCopy, namedDynamicImports(entries)],
  });
  writeFileSync(marker, key);
}

/** With splitting, `import()` of a CommonJS package would give a default export only. */
function namedDynamicImports(entries) {
  return {
    name: 'named-dynamic-imports',
    setup({ onResolve }) {
      onResolve({ filter: PACKAGE }, ({ path, kind }) => {
        const entry = join(entries, fileOf(path));
        return kind === 'dynamic-import' && existsSync(entry) ? { path: entry } : undefined;
      });
    },
  };
}

/** The names that Node sees, in a process of its own: also those of CommonJS packages. */
function exportsOf(specifiers) {
  const program = `const found = {};
    for (const specifier of ${JSON.stringify(specifiers)}) {
      found[specifier] = Object.keys(await import(specifier)).filter((name) => /^[\\w$]+$/.test(name));
    }
    process.stdout.write(JSON.stringify(found), () => process.exit());`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(answer);
}
