/**
 * Runs before tests that start our programs: builds what is stale, and starts the PostgreSQL that they
 * share, unless one is given. (Jest resolves no .js for .ts here.)
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startPostgres, type TestPostgres } from './postgres-server.ts';

declare global {
  var procspyPostgres: TestPostgres | undefined;
}

export default async function setup(): Promise<void> {
  execFileSync(process.execPath, [join(__dirname, '../../scripts/build-stale.mjs')], {
    stdio: 'inherit',
  });
  if (!process.env.TEST_DATABASE_URL) {
    globalThis.procspyPostgres = await startPostgres();
    process.env.TEST_DATABASE_URL = globalThis.procspyPostgres.url;
  }
}
