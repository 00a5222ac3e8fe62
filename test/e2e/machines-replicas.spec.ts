/** Two servers on one PostgreSQL, without Redis: both know the same machines. */
import { adminToken, call, register, sample } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

describe('machines on two replicas', () => {
  let one: TestServer;
  let two: TestServer;
  let admin: string;

  beforeAll(async () => {
    one = await startServer({ database: 'postgres' });
    two = await startServer({ database: 'postgres', beside: one });
    admin = await adminToken(one);
  }, 120_000);
  afterAll(async () => {
    await two?.stop();
    await one?.stop();
  });

  const find = async (server: TestServer, name: string) =>
    (await call(server, 'GET', `/api/v1/machines?search=${name}`, { key: admin })).body.items[0];

  it('show what either took in, whichever is asked', async () => {
    const machine = await register(one, 'roaming');
    for (const [index, server] of [one, two, one].entries()) {
      const pushed = await call(server, 'POST', '/api/v1/metrics', {
        key: machine.api_key,
        json: sample(machine, { cpu: index }),
      });
      expect(pushed.status).toBe(200);
      for (const asked of [one, two]) {
        await waitFor('the newest sample', async () => {
          const seen = await find(asked, 'roaming');
          return seen?.latest?.cpu === index && seen.status === 'online';
        });
      }
    }
  }, 120_000);

  it('feel changes and deletions of each other', async () => {
    const machine = await register(one, 'shared');
    const path = `/api/v1/machines/${machine.machine_id}`;
    await waitFor('the machine', () => find(two, 'shared'));
    await call(two, 'PATCH', path, { key: admin, json: { machine_name: 'shared-anew' } });
    await waitFor('the new name', () => find(one, 'shared-anew'));
    expect((await call(one, 'DELETE', path, { key: admin })).status).toBe(204);
    expect((await call(two, 'GET', path, { key: admin })).status).toBe(404);
    await waitFor('the deletion', async () => (await find(two, 'shared')) === undefined);
    const refused = await waitFor('the key to end', async () => {
      const { status } = await call(two, 'POST', '/api/v1/metrics', {
        key: machine.api_key,
        json: sample(machine),
      });
      return status === 401;
    });
    expect(refused).toBe(true);
  });

  it('make one machine of registrations at both at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call(index % 2 ? one : two, 'POST', '/api/v1/machines/register', {
          key: one.enrollmentKey,
          json: { machine_name: 'contended', os: 'linux', agent_version: '1' },
        }),
      ),
    );
    const registered = answers.filter(({ status }) => status === 201);
    expect(registered.length).toBeGreaterThan(0);
    expect(new Set(registered.map(({ body }) => body.machine_id)).size).toBe(1);
  });
});
