/** Starts the PostgreSQL that all system tests share, unless one is given. (Jest resolves no .js for .ts here.) */
import { startPostgres, type TestPostgres } from './postgres-server.ts';

declare global {
  var procspyPostgres: TestPostgres | undefined;
}

export default async function setup(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) {
    globalThis.procspyPostgres = await startPostgres();
    process.env.TEST_DATABASE_URL = globalThis.procspyPostgres.url;
  }
}
