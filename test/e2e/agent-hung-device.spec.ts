/** The built agent on a machine one of whose sensors never answers (field report 04). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeTree, type Tree } from '../../agent/src/testing/tree.js';
import { adminToken, call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';

jest.setTimeout(120_000);

const ZONE = 'sys/class/thermal/thermal_zone0';
let server: TestServer;
let tree: Tree;
let agent: TestAgent;

beforeAll(async () => {
  server = await startServer({ database: 'sqlite' });
  tree = makeTree({
    'proc/stat': 'cpu  0 0 0 1000 0 0 0 0\ncpu0 0 0 0 1000 0 0 0 0\n',
    'proc/meminfo': 'MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 750 kB\n',
    'proc/uptime': '100.00 0.00\n',
    'proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
    'etc/hostname': 'hung\n',
    'sys/class/hwmon/hwmon0/name': 'nct6775\n',
    'sys/class/hwmon/hwmon0/temp1_input': '33000\n',
    [`${ZONE}/type`]: 'cpu-thermal\n',
  });
  // Nobody writes to it: whoever opens it waits for ever.
  execFileSync('mkfifo', [join(tree.path, ZONE, 'temp')]);
  agent = new TestAgent({
    PROCSPY_SERVER_URL: server.url,
    PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
    PROCSPY_HOST_ROOT: tree.path,
    PROCSPY_INTERVAL: '1s',
  });
});
afterAll(async () => {
  await agent.remove();
  tree.remove();
  await server.stop();
});

it('shows the other values, with the reason for the one that is missing', async () => {
  const { stdout, stderr } = await agent.command(['once', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    ram: 25,
    temperature: null,
    missing: { temperature: expect.stringMatching(/thermal_zone0\/temp has not answered for/) },
    devices: {
      sensors: [
        { name: 'nct6775 temp1', temperature: 33 },
        { name: 'cpu-thermal zone0', temperature: null },
      ],
    },
  });
  // Node could not end by itself.
  expect(stderr).toContain('a device does not answer and holds this process');
});

it('registers, goes on sampling, and ends when it is told to', async () => {
  const token = await adminToken(server);
  agent.start();
  const machine = () =>
    call(server, 'GET', '/api/v1/machines', { key: token }).then(({ body }) => body.items[0]);
  const latest = await waitFor('its first sample', async () => (await machine())?.latest);
  expect(latest).toMatchObject({ ram: 25, temperature: null });
  await waitFor('more samples', async () => agent.taken.size >= 4);
  await agent.end('SIGTERM');
  expect(agent.log).toContain('SIGTERM: stopping');
  expect((await machine()).status).toBe('stopped');
});
