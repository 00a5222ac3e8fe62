/**
 * Gives all packages one version: run by `npm version`, which has changed the root's, before its commit;
 * or by hand: `node scripts/version.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const PACKAGES = ['agent', 'dashboard'];

/** Changes one JSON file, in the form that npm writes. */
function change(file, edit) {
  const path = fileURLToPath(new URL(file, ROOT));
  const json = JSON.parse(readFileSync(path, 'utf8'));
  edit(json);
  writeFileSync(path, `${JSON.stringify(json, null, 2)}\n`);
}

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
for (const name of PACKAGES) {
  change(`${name}/package.json`, (json) => {
    json.version = version;
  });
}
change('package-lock.json', (json) => {
  json.version = version;
  for (const name of ['', ...PACKAGES]) {
    json.packages[name].version = version;
  }
});
process.stdout.write(`every package is at version ${version}\n`);
