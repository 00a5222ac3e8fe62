/** How the server itself is doing: `GET /api/v1/server`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerStatus } from '../../src/contracts/index.js';
import { adminToken, call, register, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string };

async function statusOf(server: TestServer, key: string): Promise<ServerStatus> {
  const answer = await call(server, 'GET', '/api/v1/server', { key });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe.each(DATABASES)('the server on %s', (database) => {
  let server: TestServer;
  let key: string;

  beforeAll(async () => {
    server = await startServer({ database });
    key = await adminToken(server);
  });

  afterAll(() => server.stop());

  it('tells of itself, its database and its machines, and no secret', async () => {
    const machine = await register(server, 'web-1');
    await register(server, 'never-seen');
    const pushed = await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine),
    });
    expect(pushed.status).toBe(200);
    const status = await statusOf(server, key);
    expect(status).toMatchObject({
      ready: true,
      redis: false,
      machines: { total: 2, online: 1 },
      database: { kind: database, version: expect.stringMatching(/^\d+\.\d+/), migrated: true },
      replicas: [
        {
          current: true,
          version,
          node_version: process.version,
          process_id: server.pid,
          live_sockets: 0,
          agent_sockets: 0,
        },
      ],
    });
    expect(status.database.size_bytes).toBeGreaterThan(10_000);
    expect(status.replicas[0]?.memory_bytes).toBeGreaterThan(10_000_000);
    if (database === 'sqlite') {
      expect(status.database.address).toBe(join(server.dataDir, 'procspy.db'));
    } else {
      const { host, pathname, username } = new URL(server.databaseUrl ?? '');
      expect(status.database.address).toBe(host + pathname);
      expect(JSON.stringify(status)).not.toContain(`${username}:`);
    }
  });

  it('tells who runs the jobs, and how they went', async () => {
    const status = await waitFor('a job to have run', async () => {
      const seen = await statusOf(server, key);
      return seen.jobs.some(({ name }) => name === 'evaluate_alerts') ? seen : null;
    });
    expect(status.replicas[0]?.leader).toBe(true);
    for (const job of status.jobs) {
      expect(job).toMatchObject({ error: null, failures: 0 });
      expect(job.duration_seconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('has forgotten a process that was killed, or lists it for as long as it may live', async () => {
    const [before] = (await statusOf(server, key)).replicas;
    await server.kill();
    await server.start();
    const { replicas } = await statusOf(server, await adminToken(server));
    expect(replicas[0]?.id).not.toBe(before?.id);
    expect(replicas.slice(1).map(({ id }) => id)).toEqual(
      database === 'sqlite' ? [] : [before?.id],
    );
  });
});

describe('replicas', () => {
  it('know each other, who leads, and who has stopped', async () => {
    const first = await startServer({ database: 'postgres' });
    try {
      const key = await adminToken(first);
      await waitFor(
        'the first to lead',
        async () => (await statusOf(first, key)).replicas[0]?.leader,
      );
      const second = await startServer({ database: 'postgres', beside: first });
      try {
        const seen = await statusOf(second, key);
        expect(seen.replicas.map(({ current, process_id }) => [current, process_id])).toEqual([
          [true, second.pid],
          [false, first.pid],
        ]);
        // Its row says so within ten seconds.
        const status = await waitFor('the leader to say so', async () => {
          const { replicas, jobs } = await statusOf(second, key);
          return replicas[1]?.leader && jobs.length > 0 ? { replicas, jobs } : null;
        });
        expect(status.replicas[0]?.leader).toBe(false);
        expect(status.jobs.map(({ name }) => name)).toContain('evaluate_alerts');
      } finally {
        await second.stop();
      }
      expect((await statusOf(first, key)).replicas).toHaveLength(1);
    } finally {
      await first.stop();
    }
  });
});
