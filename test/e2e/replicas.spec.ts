/** Several servers on one database, and one server that stops. */
import { Client } from 'pg';
import { adminToken, call, register, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

describe('servers that start at the same moment', () => {
  it('share a fresh PostgreSQL database', async () => {
    const first = await startServer({ database: 'postgres' });
    try {
      // Both find an empty schema: the first one's is dropped under a stopped server.
      await first.terminate();
      const client = new Client({ connectionString: first.databaseUrl });
      await client.connect();
      await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await client.end();
      // The first may have led already, all alone, before it was stopped.
      const before = first.output().length;
      const [, second] = await Promise.all([
        first.start(),
        startServer({ database: 'postgres', beside: first }),
      ]);
      try {
        const machine = await register(first, 'shared');
        const pushed = await call(second, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: sample(machine),
        });
        expect(pushed.status).toBe(200);
        const seen = await waitFor('the other server to know the sample', async () => {
          const key = await adminToken(first);
          const { body } = await call(first, 'GET', `/api/v1/machines/${machine.machine_id}`, {
            key,
          });
          return body.latest;
        });
        expect(seen).toMatchObject({ cpu: 25.3 });
        const leaders = [first.output().slice(before), second.output()].filter((output) =>
          output.includes('this replica runs the jobs'),
        );
        expect(leaders.length).toBeLessThanOrEqual(1);
      } finally {
        await second.stop();
      }
    } finally {
      await first.stop();
    }
  }, 120_000);

  it('are refused on one SQLite file, in one line', async () => {
    const first = await startServer({ database: 'sqlite' });
    try {
      await expect(startServer({ database: 'sqlite', beside: first })).rejects.toThrow(
        /procspy: DATABASE_URL: another procspy server is using .*procspy\.db/,
      );
    } finally {
      await first.stop();
    }
  });
});

describe.each(DATABASES)('a server on %s that is asked to stop', (database) => {
  let server: TestServer;

  afterEach(() => server?.stop());

  it('finishes what it accepted, stores what it acknowledged, and leaves with 0', async () => {
    server = await startServer({ database });
    const machine = await register(server, 'stopping');
    const start = Date.now() - 60_000;
    const acknowledged: number[] = [];
    let running = true;
    let next = start;
    const push = async () => {
      while (running) {
        const timestamp = next++;
        const answer = await call(server, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: sample(machine, { timestamp }),
        }).catch(() => null);
        if (answer?.status === 200) {
          acknowledged.push(timestamp);
        }
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, push));
    await waitFor('some pushes', () => acknowledged.length > 100);
    const code = await server.terminate();
    running = false;
    await writers;
    expect(code).toBe(0);
    expect(server.output()).not.toContain('"level":50');
    await server.start();
    const { body } = await call(
      server,
      'GET',
      `/api/v1/machines/${machine.machine_id}/metrics/export?format=ndjson&from=${start}`,
      { key: await adminToken(server) },
    );
    const stored = new Set(
      String(body)
        .trim()
        .split('\n')
        .map((line) => Date.parse(JSON.parse(line).timestamp)),
    );
    expect(acknowledged.filter((timestamp) => !stored.has(timestamp))).toEqual([]);
  }, 120_000);
});
