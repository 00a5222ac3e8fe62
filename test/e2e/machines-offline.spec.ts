/** A machine that falls silent: seen by the list, by dashboards and by Prometheus. */
import { adminToken, call, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestDatabase, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { closeSockets, follower } from './live-client.js';

const servers: TestServer[] = [];

afterAll(async () => {
  closeSockets();
  await Promise.all(servers.map((server) => server.stop()));
});

async function followSilence(database: TestDatabase): Promise<void> {
  const server = await startServer({ database, env: { PROCSPY_METRICS_PUBLIC: 'true' } });
  servers.push(server);
  const admin = await adminToken(server);
  const { body: machine } = await call(server, 'POST', '/api/v1/machines/register', {
    key: server.enrollmentKey,
    json: { machine_name: 'flaky', os: 'linux', agent_version: '1', interval_seconds: 0.1 },
  });
  const path = `/api/v1/machines/${machine.machine_id}`;
  const push = () =>
    call(server, 'POST', '/api/v1/metrics', { key: machine.api_key, json: sample(machine) });
  const status = async () => (await call(server, 'GET', path, { key: admin })).body.status;
  const scraped = async (): Promise<string[]> =>
    (await call(server, 'GET', '/metrics')).body
      .split('\n')
      .filter((line: string) => line.includes(machine.machine_id));
  const reader = await follower(server, admin);
  await reader.socket.emitWithAck('subscribe', { machine_ids: [machine.machine_id] });
  const told = (wanted: string, times: number) =>
    waitFor(
      `${times} news of ${wanted}`,
      () =>
        reader.machines.filter(
          (event) => event.type === 'status_changed' && event.machine.status === wanted,
        ).length === times,
      60_000,
    );

  expect(await status()).toBe('pending');
  await push();
  expect(await status()).toBe('online');
  expect(await scraped()).toHaveLength(7);
  await told('online', 1);
  await told('offline', 1);
  expect(await status()).toBe('offline');
  expect(await scraped()).toEqual([
    expect.stringMatching(/^procspy_machine_up\{.*\} 0$/),
    expect.stringMatching(/^procspy_machine_info/),
  ]);
  await push();
  expect(await status()).toBe('online');
  await told('online', 2);
  await call(server, 'DELETE', path, { key: admin });
  expect(await scraped()).toEqual([]);
}

it('turns offline and back online, once each, on both databases', async () => {
  await Promise.all(DATABASES.map(followSilence));
}, 180_000);
