/** Prometheus's own tool has nothing to say about what the server exposes. */
import { spawnSync } from 'node:child_process';
import { METRIC_CATALOG, METRIC_NAMES } from '../../src/contracts/index.js';
import { call, register, sample } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';

describe('promtool check metrics', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', env: { PROCSPY_METRICS_PUBLIC: 'true' } });
  });
  afterAll(() => server?.stop());

  it('is silent about every metric of the server and of a machine', async () => {
    const machine = await register(server, 'Üml "aut"\\ 1');
    const everything = Object.fromEntries(
      METRIC_NAMES.map((name) => [name, Math.min(42.5, METRIC_CATALOG[name].max)]),
    );
    await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, { ...everything, uptime: 42, processes: 42 }),
    });
    const { body } = await call(server, 'GET', '/metrics');
    const series = body.split('\n').filter((line: string) => line.includes(machine.machine_id));
    expect(series).toHaveLength(METRIC_NAMES.length + 2);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
