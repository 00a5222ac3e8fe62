/** The real agent on a machine whose clock is wrong: seen, stored at the right time, alerted on. */
import { resolve } from 'node:path';
import { adminToken, call } from '../helpers/api.js';
import { DATABASES, startServer, type TestDatabase, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';

jest.setTimeout(180_000);

const SHIFT = resolve(__dirname, '../fixtures/field/03-clock-ahead/shift.mjs');
/** Longer than a silence that is forgiven. */
const WATCHED_MS = 20_000;

const ended: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(ended.map((end) => end())));

async function watchShifted(
  server: TestServer,
  { shiftMs, transport }: { shiftMs: number; transport: string },
): Promise<void> {
  const token = await adminToken(server);
  const api = async (method: string, path: string, json?: unknown) =>
    (await call(server, method, `/api/v1${path}`, { key: token, json })).body;
  const env = {
    PROCSPY_SERVER_URL: server.url,
    PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
    PROCSPY_MACHINE_NAME: `shifted ${transport}`,
    PROCSPY_TRANSPORT: transport,
    PROCSPY_INTERVAL: '1s',
  };
  const agent = new TestAgent(env);
  ended.push(() => agent.remove());
  agent.start();
  const [, machine_id] = await waitFor('the registration', () =>
    /as machine (\S+)/.exec(agent.log),
  );
  const machine = () => api('GET', `/machines/${machine_id}`);
  await waitFor('a sample', async () => (await machine()).latest);
  expect((await machine()).clock_offset_seconds).toBeNull();
  await agent.end('SIGTERM');

  const scope = { machine_ids: [machine_id] };
  const rule = { operator: 'gt', for_seconds: 1, severity: 'critical', scope, enabled: true };
  const silent = await api('POST', '/alert-rules', {
    ...rule,
    name: 'Silent',
    metric: 'offline',
    threshold: 0,
    for_seconds: 0,
  });
  const used = await api('POST', '/alert-rules', {
    ...rule,
    name: 'Memory',
    metric: 'ram',
    threshold: 0,
  });
  const alertsOf = async ({ id }: { id: string }) =>
    (await api('GET', `/alerts?rule_id=${id}`)).items;

  agent.taken.clear();
  const startedAt = Date.now();
  agent.start({ NODE_OPTIONS: `--import ${SHIFT}`, SHIFT_MS: String(shiftMs) });
  await waitFor(
    'the clock to be told',
    async () => (await machine()).clock_offset_seconds !== null,
  );
  await waitFor(
    'an alert on a metric',
    async () => (await alertsOf(used)).some(({ state }: { state: string }) => state === 'firing'),
    60_000,
  );
  await waitFor('some silence', () => Date.now() - startedAt > WATCHED_MS, 60_000, 500);
  const { status, clock_offset_seconds, latest } = await machine();
  expect(status).toBe('online');
  expect(Math.abs(clock_offset_seconds - shiftMs / 1_000)).toBeLessThanOrEqual(2);
  expect(Math.abs(Date.now() - Date.parse(latest.timestamp))).toBeLessThan(30_000);
  expect(await alertsOf(silent)).toEqual([]);
  await agent.end('SIGTERM');
  expect(agent.log).not.toContain('will not take');
  const from = startedAt - 60_000;
  const range = `format=ndjson&from=${from}&to=${Date.now() + 60_000}`;
  const lines = await api('GET', `/machines/${machine_id}/metrics/export?${range}`);
  const times = String(lines)
    .split('\n')
    .filter(Boolean)
    .map((line) => Date.parse((JSON.parse(line) as { timestamp: string }).timestamp));
  expect(times.filter((time) => time > startedAt).length).toBeGreaterThan(10);
  // The last ones may wait for the next start.
  const rightly = [...agent.taken].filter((time) => Math.abs(time - startedAt) < 300_000);
  expect(rightly.slice(0, -5).filter((time) => !times.includes(time))).toEqual([]);
}

async function watchOn(database: TestDatabase): Promise<void> {
  const server = await startServer({ database });
  ended.push(() => server.stop());
  await Promise.all([
    watchShifted(server, { shiftMs: 600_000, transport: 'http' }),
    watchShifted(server, { shiftMs: -1_200_000, transport: 'websocket' }),
  ]);
}

it('far ahead or behind, over HTTP or a socket, on both databases', async () => {
  await Promise.all(DATABASES.map(watchOn));
});
