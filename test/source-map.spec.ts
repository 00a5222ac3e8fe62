/** Breakpoints in TypeScript need a map that leads from the bundled server to the files in src/. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { resolve } from 'node:path';

const BUNDLE = resolve(__dirname, '../dist/bundle/procspy-server.mjs');
const STATEMENT = 'procspy is live at';

it('leads from a statement of the bundle to its line in src/main.ts', () => {
  const before = readFileSync(BUNDLE, 'utf8').split(STATEMENT, 1)[0]?.split('\n') ?? [];
  const map = new SourceMap(JSON.parse(readFileSync(`${BUNDLE}.map`, 'utf8')));
  const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
  if (!('originalSource' in entry)) {
    throw new Error('the statement is in no source');
  }
  const source = resolve(BUNDLE, '..', entry.originalSource);
  expect(source).toBe(resolve(__dirname, '../src/main.ts'));
  expect(existsSync(source)).toBe(true);
  expect(readFileSync(source, 'utf8').split('\n')[entry.originalLine]).toContain(STATEMENT);
});
