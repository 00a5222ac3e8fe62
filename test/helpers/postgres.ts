/** A database of one's own in the PostgreSQL server that the suite started. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A new, empty database in the suite's server; `timeZone`: what its sessions take for local time. */
export async function createDatabase({
  timeZone = 'UTC',
}: {
  timeZone?: string;
} = {}): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = process.env.TEST_DATABASE_URL;
  if (!admin) {
    throw new Error('TEST_DATABASE_URL is set by the global setup of the system tests');
  }
  const name = `procspy_test_${randomBytes(6).toString('hex')}`;
  await execute(admin, `CREATE DATABASE ${name}`);
  await execute(admin, `ALTER DATABASE ${name} SET timezone = '${timeZone}'`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    // Waits until those who have just left are gone; whoever stays is turned out.
    drop: () =>
      execute(admin, `DROP DATABASE IF EXISTS ${name}`).catch(() =>
        execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
