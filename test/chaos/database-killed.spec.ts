/** PostgreSQL killed and started again under load: the server lives on, nothing acknowledged is lost. */
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { KillablePostgres } from '../helpers/killable-postgres.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

describe('PostgreSQL killed under load', () => {
  let postgres: KillablePostgres;
  let server: TestServer;
  let machine: TestMachine;

  beforeAll(async () => {
    postgres = await KillablePostgres.create();
    server = await startServer({ database: 'sqlite', env: { DATABASE_URL: postgres.url } });
    machine = await register(server, 'victim');
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await postgres?.stop();
  });

  it('is answered with 503 meanwhile and recovers by itself', async () => {
    const acknowledged = new Set<number>();
    const statuses = new Set<number>();
    let next = Date.now() - 3_600_000;
    let running = true;
    const push = async () => {
      while (running) {
        const timestamp = next++;
        const { status, headers } = await call(server, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: sample(machine, { timestamp }),
        });
        statuses.add(status);
        if (status === 200) {
          acknowledged.add(timestamp);
        } else {
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        }
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, push));
    for (let round = 0; round < 2; round++) {
      const before = acknowledged.size;
      await waitFor('pushes to be taken', () => acknowledged.size > before + 200);
      await postgres.kill();
      statuses.clear();
      await waitFor('pushes to be refused', () => statuses.has(503));
      expect((await call(server, 'GET', '/health')).status).toBe(200);
      // Of the sessions that the killed server leaves, the last may end a little later.
      await waitFor('not to be ready', async () => {
        return (await call(server, 'GET', '/health/ready')).status === 503;
      });
      await postgres.start();
    }
    const before = acknowledged.size;
    await waitFor('pushes to be taken again', () => acknowledged.size > before + 200);
    running = false;
    await writers;
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    const { body } = await call(
      server,
      'GET',
      `/api/v1/machines/${machine.machine_id}/metrics/export?format=ndjson`,
      { key: await adminToken(server) },
    );
    const stored = String(body)
      .trim()
      .split('\n')
      .map((line) => Date.parse(JSON.parse(line).timestamp));
    expect(new Set(stored).size).toBe(stored.length);
    const times = new Set(stored);
    expect([...acknowledged].filter((timestamp) => !times.has(timestamp))).toEqual([]);
  }, 180_000);
});
