/** `/agent`: pushes over a socket are stored and acknowledged as over HTTP. */
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import {
  type AgentClient,
  closeSockets,
  connected,
  event,
  refused,
  socketOf,
} from './live-client.js';

describe.each(DATABASES)('/agent on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });
  afterEach(closeSockets);
  afterAll(() => server?.stop());

  const agent = (machine: TestMachine, headers?: Record<string, string>) =>
    connected(socketOf<AgentClient>(server, '/agent', machine.api_key, { headers }));
  const detail = async (machine: TestMachine) =>
    (await call(server, 'GET', `/api/v1/machines/${machine.machine_id}`, { key: admin })).body;

  it('acknowledges a batch after it is stored', async () => {
    const machine = await register(server, 'pusher');
    const socket = await agent(machine);
    const now = Date.now();
    const samples = [
      sample(machine, { timestamp: now - 1_000 }),
      sample(machine, { timestamp: now, cpu: 55 }),
      sample(machine, { cpu: 101 }),
    ];
    expect(await socket.emitWithAck('metrics', { samples })).toMatchObject({
      status: 'metrics_received',
      accepted: 2,
      duplicates: 0,
      rejected: [{ index: 2, message: expect.stringContaining('cpu') }],
    });
    expect(await socket.emitWithAck('metrics', { samples: samples.slice(0, 2) })).toMatchObject({
      accepted: 0,
      duplicates: 2,
    });
    expect((await detail(machine)).latest.cpu).toBe(55);
  });

  it('takes a batch of a thousand samples', async () => {
    const machine = await register(server, 'bulky');
    const socket = await agent(machine);
    const now = Date.now();
    const samples = Array.from({ length: 1_000 }, (_, index) =>
      sample(machine, { timestamp: now - index * 1_000 }),
    );
    expect(await socket.emitWithAck('metrics', { samples })).toMatchObject({ accepted: 1_000 });
  });

  it.each([
    [{}, 'metrics.invalid_batch'],
    [null, 'metrics.invalid_batch'],
    [{ samples: [] }, 'metrics.empty_batch'],
    [{ samples: Array(1_001).fill({}) }, 'metrics.batch_too_large'],
  ])('refuses %#, with the code of HTTP', async (body, code) => {
    const machine = await register(server, 'faulty');
    const socket = await agent(machine);
    expect(await socket.emitWithAck('metrics', body as never)).toMatchObject({ ok: false, code });
  });

  it("keeps other machines' samples out", async () => {
    const [mine, other] = [await register(server, 'mine'), await register(server, 'other')];
    const socket = await agent(mine);
    expect(await socket.emitWithAck('metrics', { samples: [sample(other)] })).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0 }],
    });
    expect((await detail(other)).status).toBe('pending');
  });

  it('works by a machine token', async () => {
    const machine = await register(server, 'tokened');
    const answer = await call(server, 'POST', '/api/v1/auth/token', { key: machine.api_key });
    const socket = await connected(
      socketOf<AgentClient>(server, '/agent', answer.body.access_token),
    );
    const samples = [sample(machine)];
    expect(await socket.emitWithAck('metrics', { samples })).toMatchObject({ accepted: 1 });
  });

  it('refuses users, enrolment keys and strangers', async () => {
    expect((await refused(socketOf(server, '/agent', admin))).code).toBe('auth.forbidden');
    expect((await refused(socketOf(server, '/agent', server.enrollmentKey))).code).toBe(
      'auth.forbidden',
    );
    expect((await refused(socketOf(server, '/agent', undefined))).code).toBe('auth.required');
  });

  it('closes when the key is rotated, and when the machine is deleted', async () => {
    const machine = await register(server, 'revoked');
    const path = `/api/v1/machines/${machine.machine_id}`;
    const first = await agent(machine);
    const rotated = event(first, 'disconnect');
    const { body } = await call(server, 'POST', `${path}/key/rotate`, { key: admin });
    expect(await rotated).toBe('io server disconnect');
    const second = await agent({ ...machine, api_key: body.api_key });
    const deleted = event(second, 'disconnect');
    await call(server, 'DELETE', path, { key: admin });
    expect(await deleted).toBe('io server disconnect');
  });

  it('notices two agents under one identity', async () => {
    const machine = await register(server, 'twins');
    const one = await agent(machine, { 'x-procspy-instance': 'one' });
    const two = await agent(machine, { 'x-procspy-instance': 'two' });
    for (const socket of [one, two, one]) {
      await socket.emitWithAck('metrics', { samples: [sample(machine)] });
    }
    expect((await detail(machine)).identity_conflict).toBe(true);
  });
});
