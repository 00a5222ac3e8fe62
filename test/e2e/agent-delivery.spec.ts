/** The real agent against the real server, under everything that goes wrong: each sample once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { adminToken, call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { TestAgent } from './agent-process.js';
import { Wire } from './agent-wire.js';

jest.setTimeout(180_000);

let server: TestServer;
let token: string;
let agent: TestAgent;
let wire: Wire | null;

beforeAll(async () => {
  server = await startServer({ database: 'sqlite' });
  token = await adminToken(server);
});
afterAll(() => server.stop());
beforeEach(() => {
  wire = null;
});
afterEach(async () => {
  await agent.remove();
  await wire?.close();
});

function newAgent(url: string, env: Record<string, string> = {}): TestAgent {
  agent = new TestAgent({
    PROCSPY_SERVER_URL: url,
    PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
    PROCSPY_MACHINE_NAME: expect.getState().currentTestName?.slice(-100) ?? 'agent',
    ...env,
  });
  return agent;
}

/** The machine that the agent registered as. */
async function machineId(): Promise<string> {
  const match = await waitFor('the registration', () => /as machine (\S+)/.exec(agent.log));
  return match[1] ?? '';
}

/** Times of all samples that the server has stored, as it exports them. */
async function stored(): Promise<number[]> {
  const id = await machineId();
  const from = Math.min(...agent.taken) - 60_000;
  const path = `/api/v1/machines/${id}/metrics/export?format=ndjson&from=${from}&to=${Date.now() + 60_000}`;
  const { body, status } = await call(server, 'GET', path, { key: token });
  if (status !== 200) throw new Error(`export failed: ${JSON.stringify(body)}`);
  return String(body)
    .split('\n')
    .filter(Boolean)
    .map((line) => new Date((JSON.parse(line) as { timestamp: string }).timestamp).getTime());
}

const taken = (count: number) =>
  waitFor(`${count} samples`, () => agent.taken.size >= count, 60_000);

/** Ends the agent politely and waits until all that it ever took is stored, once. */
async function expectEverythingOnce(): Promise<void> {
  await waitFor(
    'everything to be stored',
    async () => {
      const times = new Set(await stored());
      return [...agent.taken].slice(0, -5).every((time) => times.has(time));
    },
    60_000,
    // An export costs the server something.
    200,
  );
  const asked = performance.now();
  expect(await agent.end('SIGTERM')).toBe(0);
  expect(performance.now() - asked).toBeLessThan(10_000);
  const { starts } = agent;
  const taken = [...agent.taken];
  const isStored = async () => {
    const times = new Set(await stored());
    return taken.every((time) => times.has(time));
  };
  if (!(await isStored())) {
    // The last attempt is a short one. Where the server stood still, the next start brings the rest.
    agent.start();
    await waitFor('the rest to be stored', isStored, 60_000, 200);
    expect(await agent.end('SIGTERM')).toBe(0);
  }
  const times = await stored();
  expect(new Set(times).size).toBe(times.length);
  // A kill may fall between keeping a sample and telling of it.
  expect(times.filter((time) => !agent.taken.has(time)).length).toBeLessThan(starts);
}

describe('an agent', () => {
  it('delivers everything, and ends at once when asked to', async () => {
    newAgent(server.url).start();
    await taken(20);
    await expectEverythingOnce();
    expect(agent.log).toContain('SIGTERM: stopping');
  });

  it('is killed at random points', async () => {
    newAgent(server.url);
    for (let round = 1; round <= 5; round += 1) {
      agent.start();
      await taken(agent.taken.size + 4);
      await sleep(Math.random() * 150);
      await agent.end('SIGKILL');
    }
    agent.start();
    await taken(agent.taken.size + 3);
    await expectEverythingOnce();
  });

  it('stops when its key ends, keeps what it takes, and goes on once enrolled again', async () => {
    newAgent(server.url).start();
    await taken(5);
    const id = await machineId();
    const other = new TestAgent({
      PROCSPY_SERVER_URL: server.url,
      PROCSPY_ENROLLMENT_KEY: server.enrollmentKey,
      PROCSPY_FINGERPRINT: agent.fingerprint,
    });
    // The same machine enrols elsewhere: the old key ends.
    const enrolled = await other.command(['enroll', '--json']);
    await other.remove();
    expect(JSON.parse(enrolled.stdout)).toMatchObject({ machine_id: id });
    await waitFor('the refusal', () => agent.log.includes('refuses the key'));
    const pushedAgain = agent.log.split('registered with').length;
    await taken(agent.taken.size + 10);
    expect(agent.log.split('registered with').length).toBe(pushedAgain);
    const again = await agent.command(['enroll']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain(`registered as machine ${id}`);
    await expectEverythingOnce();
  });
});

describe.each(['http', 'websocket'])('an agent over %s', (transport) => {
  it('loses the network in the middle of answers, and acknowledgements', async () => {
    wire = await Wire.to(new URL(server.url));
    newAgent(wire.url, { PROCSPY_TRANSPORT: transport }).start();
    await taken(5);
    for (const bytes of [60, 0, 17]) {
      const { cuts } = wire;
      wire.cutAfter(bytes);
      await waitFor('the cut', () => (wire?.cuts ?? 0) > cuts);
      await taken(agent.taken.size + 2);
    }
    await expectEverythingOnce();
  });
});

describe('a server that goes away', () => {
  it('politely, finds the agent waiting when it is back', async () => {
    newAgent(server.url).start();
    await taken(8);
    await server.terminate();
    await taken(agent.taken.size + 6);
    await server.start();
    await expectEverythingOnce();
  });

  it('at once, and the agent with it, loses nothing over Socket.IO either', async () => {
    newAgent(server.url, { PROCSPY_TRANSPORT: 'websocket' }).start();
    await taken(8);
    await server.kill();
    await taken(agent.taken.size + 4);
    await agent.end('SIGKILL');
    const starting = server.start();
    agent.start();
    await starting;
    await taken(agent.taken.size + 3);
    await expectEverythingOnce();
  });
});
