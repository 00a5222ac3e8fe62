/** The built agent with the root of another machine: a recorded tree, as a container sees its host. */
import { rmSync } from 'node:fs';
import { makeTree, type Tree } from '../../agent/src/testing/tree.js';
import { adminToken, call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';

jest.setTimeout(120_000);

const recorded = (uptime: string, busy: number, bytes: number): Tree =>
  makeTree({
    'proc/stat': `cpu  ${busy} 0 0 ${1000 + busy} 0 0 0 0\ncpu0 ${busy} 0 0 ${1000 + busy} 0 0 0 0\n`,
    'proc/meminfo': 'MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 750 kB\n',
    'proc/uptime': `${uptime} 0.00\n`,
    'proc/1/net/dev': `eth0: ${bytes} 0 0 0 0 0 0 0 ${2 * bytes} 0\n`,
    'proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
    'etc/hostname': 'the-host\n',
  });

const trees = [recorded('100.00', 0, 0), recorded('104.00', 200, 4000)];
const [first = '', next = ''] = trees.map(({ path }) => path);
let server: TestServer;
const agents: TestAgent[] = [];

beforeAll(async () => {
  server = await startServer({ database: 'sqlite' });
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.remove()));
  await server.stop();
  for (const { path } of trees) rmSync(path, { recursive: true, force: true });
});

function newAgent(env: Record<string, string> = {}): TestAgent {
  const agent = new TestAgent(env);
  agents.push(agent);
  return agent;
}

it('shows two readings of a machine, with the rates between them', async () => {
  const { code, stdout, stderr } = await newAgent().command([
    'once',
    '--host-root',
    first,
    '--host-root-next',
    next,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    cpu: 50,
    ram: 25,
    network_in: 1000,
    network_out: 2000,
    uptime: 104,
    disk: null,
    missing: { disk: 'a recorded tree does not tell how full filesystems are' },
  });
});

it('names the setting whose folder is none, or no root', async () => {
  const agent = newAgent();
  expect(await agent.command(['once', '--host-root', `${first}/none`])).toMatchObject({
    code: 2,
    stderr: `procspy-agent: --host-root: "${first}/none" is not a folder\n`,
  });
  const run = await agent.command(['run'], {
    PROCSPY_HOST_ROOT: `${first}/etc`,
    PROCSPY_ENROLLMENT_KEY: 'any',
  });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('PROCSPY_HOST_ROOT');
});

it('registers under the name of the host and sends its values', async () => {
  const token = await adminToken(server);
  newAgent({
    PROCSPY_SERVER_URL: server.url,
    PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
    PROCSPY_HOST_ROOT: first,
  }).start();
  const latest = await waitFor('the sample of the host', async () => {
    const { body } = await call(server, 'GET', '/api/v1/machines', { key: token });
    const machine = body.items.find(
      (item: { machine_name: string }) => item.machine_name === 'the-host',
    );
    return machine?.latest;
  });
  expect(latest).toMatchObject({ ram: 25, uptime: 100 });
});
