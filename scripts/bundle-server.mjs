/**
 * Bundles the built server to one file, dist/bundle/procspy-server.mjs: reading some 2,900 modules
 * took longer than everything else that a start does (docs/adr/0010-one-file-server.md).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { requireNode } from './require-node.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** Packages with machine code, or with files that are served. */
const NOT_BUNDLED = [
  'better-sqlite3',
  'better-sqlite3-node20',
  '@node-rs/argon2',
  'swagger-ui-dist',
];

/** What libraries can use if it is there, and which is not among our dependencies. */
const OPTIONAL = [
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  'class-transformer/storage',
  'pg-native',
];

/**
 * Modules that make a `require` of their own would load a second copy of the database's library and of
 * the validators, with decorators of its own: here their `require` is the bundler's.
 */
export const oneCopy = {
  name: 'one-copy',
  setup({ onLoad, onStart, onEnd }) {
    let found = 0;
    onStart(() => {
      found = 0;
    });
    onLoad({ filter: /@nestjs.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = withoutOwnRequire(text, path);
      found += Number(contents !== text);
      return { contents };
    });
    onEnd(() => {
      if (found === 0) {
        throw new Error(
          `no module of Nest contains "${OWN_REQUIRE}" any more: look how Nest loads TypeORM and the validators now, and change scripts/bundle-server.mjs`,
        );
      }
    });
  },
};
const OWN_REQUIRE = 'const require = createRequire(import.meta.url);';
/** Nest's loader of optional packages: it makes a `require` only for callers that bring none. */
const LOADER = /[\\/]@nestjs[\\/]common[\\/]utils[\\/]load-package\.util\.js$/;

/** Takes a module's own `require` away; throws if it makes one in words that are not known here. */
export function withoutOwnRequire(text, path) {
  const contents = text.replace(OWN_REQUIRE, '');
  if (!LOADER.test(path) && /\bcreateRequire\s*\(/.test(contents)) {
    throw new Error(
      `${path} makes a "require" of its own, but not by "${OWN_REQUIRE}": it would load second copies of packages; change scripts/bundle-server.mjs`,
    );
  }
  return contents;
}

/**
 * Classes are known by their names: in messages, to the database's library, in stack traces. The bundler
 * would keep the names of functions too, also of those that are made anew for every request, by a call
 * that took a fifth of a push: that is blanked out. Nothing moves, so that the source map stays right.
 */
const namesOfClasses = {
  name: 'names-of-classes',
  setup({ initialOptions, onEnd }) {
    Object.assign(initialOptions, { keepNames: true, write: false });
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, path.endsWith('.mjs') ? nameOnlyClasses(text) : text);
      }
    });
  },
};

/**
 * Makes `(fn)` of every `__name(fn, "name")`; those of classes are `__name(this, "name")`. Throws if
 * there is none: then esbuild keeps names in another way.
 */
export function nameOnlyClasses(text) {
  const kept = [];
  let end = 0;
  const blank = (from, to) => {
    kept.push(text.slice(end, from), ' '.repeat(to - from));
    end = to;
  };
  const visit = (node) => {
    const named = ts.isCallExpression(node) && node.expression.text === '__name';
    const [target] = named ? node.arguments : [];
    if (target && target.kind !== ts.SyntaxKind.ThisKeyword) {
      blank(node.expression.end - '__name'.length, node.expression.end);
      visit(target);
      blank(target.end, node.end - 1);
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(ts.createSourceFile('bundle.mjs', text, ts.ScriptTarget.ES2023));
  if (kept.length === 0) {
    throw new Error(
      'no call of "__name" is in the bundle: look how esbuild keeps names now, and change scripts/bundle-server.mjs',
    );
  }
  return kept.join('') + text.slice(end);
}

/** What every bundle of the server has in common, also that of `npm run dev`. */
export const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  external: [...NOT_BUNDLED, ...OPTIONAL],
  // What CommonJS modules expect to find.
  banner: {
    js: [
      `(${requireNode})('procspy');`,
      "import{createRequire as __createRequire}from'node:module';",
      'const require=__createRequire(import.meta.url),__dirname=import.meta.dirname,__filename=import.meta.filename;',
    ].join('\n'),
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build({
    ...shared,
    entryPoints: ['dist/main.js'],
    // As far below the root as the modules that look for the dashboard from where they lie.
    outfile: join('dist', 'bundle', 'procspy-server.mjs'),
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { PROCSPY_SERVER_VERSION: JSON.stringify(version) },
    // The Swagger plugin writes what it sees before what the decorators say: the latter counts.
    logOverride: { 'duplicate-object-key': 'silent' },
    plugins: [
      oneCopy,
      namesOfClasses,
      thirdPartyLicenses('dist/bundle/procspy-server.LICENSES.txt'),
    ],
  });
}
