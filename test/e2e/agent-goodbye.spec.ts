/** The real agent, ended on purpose and by force: only the latter is missed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { adminToken, call, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestDatabase } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';

jest.setTimeout(180_000);

const ended: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(ended.map((end) => end())));

async function leaveAndReturn(database: TestDatabase): Promise<void> {
  const server = await startServer({ database });
  ended.push(() => server.stop());
  const token = await adminToken(server);
  const api = (method: string, path: string, json?: unknown) =>
    call(server, method, `/api/v1${path}`, { key: token, json });
  const agent = new TestAgent({
    PROCSPY_SERVER_URL: server.url,
    PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
    PROCSPY_MACHINE_NAME: 'leaves',
    PROCSPY_INTERVAL: '200ms',
  });
  ended.push(() => agent.remove());
  agent.start();
  const [, machine_id] = await waitFor('the registration', () =>
    /as machine (\S+)/.exec(agent.log),
  );
  const path = `/machines/${machine_id}`;
  const status = async () => (await api('GET', path)).body.status;
  const online = () => waitFor('the agent to be there', async () => (await status()) === 'online');
  await online();

  const { body: other } = await call(server, 'POST', '/api/v1/machines/register', {
    key: server.enrollmentKey,
    json: { machine_name: 'other', os: 'linux', agent_version: '1', interval_seconds: 1 },
  });
  const goodbye = (key: string, reason: string, id = machine_id) =>
    call(server, 'POST', `/api/v1/machines/${id}/goodbye`, { key, json: { reason } });
  const { status: pushed } = await call(server, 'POST', '/api/v1/metrics', {
    key: other.api_key,
    json: sample(other),
  });
  expect(pushed).toBe(200);
  expect(await goodbye(other.api_key, 'sleep', other.machine_id)).toMatchObject({
    status: 200,
    body: { status: 'goodbye_received' },
  });

  const rule = async (name: string, more: object) => {
    const answer = await api('POST', '/alert-rules', {
      name,
      metric: 'offline',
      operator: 'gt',
      threshold: 0,
      for_seconds: 0,
      severity: 'critical',
      enabled: true,
      ...more,
    });
    expect(answer.status).toBe(201);
    return answer.body.id;
  };
  const firing = async (id: string) =>
    (await api('GET', `/alerts?rule_id=${id}&state=firing`)).body.items.length;
  const byDefault = await rule('Missed', {});
  const atOnce = await rule('Stopped counts', { stopped_after_seconds: 0 });

  await agent.end('SIGTERM');
  // An agent waits two seconds for its goodbye, which a busy machine may need for itself.
  await waitFor('a goodbye', async () => {
    if ((await status()) === 'stopped') return true;
    agent.start();
    await online();
    await agent.end('SIGTERM');
    return false;
  });
  await waitFor('the rule by which a stop counts', () => firing(atOnce), 60_000);
  expect(await firing(byDefault)).toBe(0);
  expect((await api('GET', '/machines?status=stopped')).body.total).toBe(1);

  agent.start();
  await online();
  await waitFor('the end of the alert', async () => (await firing(atOnce)) === 0, 60_000);

  await agent.end('SIGKILL');
  await waitFor('the silence to be noticed', async () => (await status()) === 'offline', 60_000);
  await waitFor('the alert', () => firing(byDefault), 60_000);

  // Tried on the past, a rule counts as it would have then: the silence of both is longer than forgiven.
  const firedFor = async (id: string, more: object) => {
    const { body } = await api('POST', '/alert-rules/dry-run', {
      rule: {
        name: 'x',
        metric: 'offline',
        operator: 'gt',
        threshold: 0,
        scope: { machine_ids: [id] },
        ...more,
      },
      from: Date.now() - 600_000,
    });
    return body.fired;
  };
  expect(await firedFor(machine_id ?? '', {})).toBe(1);
  expect(await firedFor(other.machine_id, {})).toBe(0);
  expect(await firedFor(other.machine_id, { asleep_after_seconds: 0 })).toBe(1);

  expect(await goodbye(other.api_key, 'sleep')).toMatchObject({
    status: 403,
    body: { code: 'machines.not_yours' },
  });
  expect(await goodbye(other.api_key, 'lunch', other.machine_id)).toMatchObject({ status: 400 });
  expect((await api('GET', `/machines/${other.machine_id}`)).body.status).toBe('asleep');
}

it.each(['http', 'websocket'])(
  'sleeps from a goodbye until it is awake (%s)',
  async (transport) => {
    const server = await startServer({ database: 'sqlite' });
    ended.push(() => server.stop());
    const token = await adminToken(server);
    const agent = new TestAgent({
      PROCSPY_SERVER_URL: server.url,
      PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
      PROCSPY_INTERVAL: '200ms',
      PROCSPY_TRANSPORT: transport,
    });
    ended.push(() => agent.remove());
    const machine = async () =>
      (await call(server, 'GET', '/api/v1/machines', { key: token })).body.items[0];
    const status = async () => (await machine())?.status;
    const becomes = (expected: string) =>
      waitFor(`"${expected}"`, async () => (await status()) === expected);
    // As the system does it around its sleep.
    const before = () => agent.command(['internal-before-sleep']);
    const after = () => agent.command(['internal-after-sleep']);

    expect(await before()).toMatchObject({ code: 0, stderr: '' });
    agent.start();
    await becomes('online');
    expect(await before()).toMatchObject({ code: 0, stderr: '' });
    await becomes('asleep');
    const { latest } = await machine();
    await sleep(1_000);
    expect(await machine()).toMatchObject({ status: 'asleep', latest });
    expect(await after()).toMatchObject({ code: 0, stderr: '' });
    await becomes('online');
    // What is awake may be woken again, and what sleeps can be stopped.
    await after();
    await before();
    await becomes('asleep');
    await agent.end('SIGTERM');
    await becomes('stopped');
  },
);

it('is stopped after a goodbye, offline without one, on both databases', async () => {
  await Promise.all(DATABASES.map(leaveAndReturn));
});
