/** The built server as a process of its own, with machines and keys put straight into its database. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withClient } from './postgres.mjs';
import { nextMessage, startScript, stop } from './processes.mjs';
import { Database } from './sqlite.mjs';

const MAIN = fileURLToPath(new URL('../../dist/bundle/procspy-server.mjs', import.meta.url));
const ADMIN = { email: 'admin@procspy.test', password: 'correct horse battery' };
const START_TIMEOUT_MS = 30_000;

/** Starts a server on `databaseUrl`, or on SQLite where there is none. */
export async function startProcspy({ databaseUrl, env = {} } = {}) {
  if (!existsSync(MAIN)) throw new Error('build the server first: npm run build');
  return start({ databaseUrl, env, dataDir: await mkdtemp(join(tmpdir(), 'procspy-bench-')) });
}

async function start(options) {
  const { databaseUrl, env, dataDir } = options;
  const child = startScript(MAIN, {
    // For profiling: NODE_ARGS="--cpu-prof --cpu-prof-dir=/tmp/profile" npm run bench
    nodeArgs: process.env.NODE_ARGS?.split(' ') ?? [],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      PROCSPY_DATA_DIR: dataDir,
      PROCSPY_INGEST_RATE_LIMIT: '1000000000',
      PROCSPY_ADMIN_EMAIL: ADMIN.email,
      PROCSPY_ADMIN_PASSWORD: ADMIN.password,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...env,
    },
  });
  const { url } = await nextMessage(child, (message) => message.url, START_TIMEOUT_MS);
  return {
    name: 'procspy',
    url: url.replace('localhost', '127.0.0.1'),
    pid: child.pid,
    dataDir,
    databaseUrl,
    sqliteFile: join(dataDir, 'procspy.db'),
    /** Stops it, runs `meanwhile` and starts it again on the same data; answers the new one. */
    async restart(meanwhile = () => undefined) {
      await stop(child);
      await meanwhile();
      return start(options);
    },
    async stop() {
      await stop(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Signs the administrator in; answers the headers of further calls. */
export async function signIn(server) {
  const answer = await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  if (answer.status !== 200) throw new Error(`sign-in failed: ${await answer.text()}`);
  const { access_token } = await answer.json();
  return { authorization: `Bearer ${access_token}` };
}

/** Adds machines, each with its own key; answers `{machine_id, api_key}` of each. Internal keys count up from 1. */
export async function addMachines(server, count) {
  const machines = Array.from({ length: count }, () => ({
    machine_id: randomUUID(),
    api_key: `psk_m_${randomBytes(32).toString('base64url')}`,
  }));
  const now = Date.now();
  const rows = machines.map(({ machine_id, api_key }) => ({
    machine: [machine_id, `name:${machine_id}`, machine_id, 'linux', '1.0.0', '[]', '{}', 10, now],
    key: [randomUUID(), machine_id, 'machine', sha256(api_key), 'psk_m_', machine_id, now],
  }));
  await (server.databaseUrl ? addToPostgres(server, rows) : addToSqlite(server, rows));
  return machines;
}

const MACHINE_COLUMNS =
  'machine_id, identity, machine_name, os, agent_version, tags, host, interval_seconds, registered_at';
const KEY_COLUMNS = 'id, name, scope, key_hash, hint, machine_id, created_at';

function addToPostgres({ databaseUrl }, rows) {
  const json = JSON.stringify;
  return withClient(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO machines (${MACHINE_COLUMNS})
       SELECT r->>0, r->>1, r->>2, r->>3, r->>4, r->>5, r->>6, (r->>7)::float8, (r->>8)::bigint
       FROM jsonb_array_elements($1::jsonb) AS r`,
      [json(rows.map(({ machine }) => machine))],
    );
    await client.query(
      `INSERT INTO api_keys (${KEY_COLUMNS}, machine, current_machine, created_by, uses)
       SELECT r->>0, r->>1, r->>2, r->>3, r->>4, r->>5, (r->>6)::bigint, m.key, m.key, 'benchmark', 0
       FROM jsonb_array_elements($1::jsonb) AS r JOIN machines m ON m.machine_id = r->>5`,
      [json(rows.map(({ key }) => key))],
    );
    await client.query('ANALYZE machines');
    await client.query('ANALYZE api_keys');
  });
}

function addToSqlite({ sqliteFile }, rows) {
  const connection = new Database(sqliteFile, { timeout: 10_000 });
  try {
    const marks = (columns) => columns.split(', ').map(() => '?');
    const addMachine = connection.prepare(
      `INSERT INTO machines (${MACHINE_COLUMNS}) VALUES (${marks(MACHINE_COLUMNS)})`,
    );
    const addKey = connection.prepare(
      `INSERT INTO api_keys (${KEY_COLUMNS}, machine, current_machine, created_by, uses)
       VALUES (${marks(KEY_COLUMNS)}, ?, ?, 'benchmark', 0)`,
    );
    connection.transaction(() => {
      for (const { machine, key } of rows) {
        const { lastInsertRowid } = addMachine.run(machine);
        addKey.run([...key, lastInsertRowid, lastInsertRowid]);
      }
    })();
  } finally {
    connection.close();
  }
}

function sha256(text) {
  return createHash('sha256').update(text).digest('base64url');
}
