/** `/live`: what has been committed appears at those who follow it, and at nobody else. */
import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import {
  closeSockets,
  connected,
  event,
  type Follower,
  follower,
  type LiveClient,
  refused,
  socketOf,
} from './live-client.js';

describe.each(DATABASES)('/live on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });
  afterEach(closeSockets);
  afterAll(() => server?.stop());

  const push = (machine: TestMachine, changes = {}) =>
    call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, changes),
    });
  const subscribe = (to: Follower, machine_ids: string[] | 'all') =>
    to.socket.emitWithAck('subscribe', { machine_ids });
  const cpus = (of: Follower) => of.samples.map(({ sample: { cpu } }) => cpu);

  it('answers with a snapshot and then with every new sample, devices included', async () => {
    const machine = await register(server, 'followed');
    await push(machine, { cpu: 1, devices: { cores: [{ name: '0', usage: 1 }] } });
    const reader = await follower(server, admin);
    expect(await subscribe(reader, [machine.machine_id])).toMatchObject({
      ok: true,
      snapshot: [
        {
          machine_id: machine.machine_id,
          sample: { cpu: 1, gpu: null, devices: { cores: [{ name: '0', usage: 1 }] } },
        },
      ],
    });
    await push(machine, { cpu: 2, devices: { cores: [{ name: '0', usage: 2 }] } });
    await waitFor('the sample', () => reader.samples.length === 1);
    expect(reader.samples[0]).toMatchObject({
      machine_id: machine.machine_id,
      sample: { cpu: 2, devices: { cores: [{ name: '0', usage: 2 }] } },
    });
  });

  it('keeps the samples of other machines away', async () => {
    const mine = await register(server, 'mine');
    const other = await register(server, 'other');
    const reader = await follower(server, admin);
    await subscribe(reader, [mine.machine_id]);
    await push(other, { cpu: 9 });
    await push(mine, { cpu: 8 });
    await waitFor('the sample', () => reader.samples.length === 1);
    expect(cpus(reader)).toEqual([8]);
  });

  it('streams the newest sample of every machine to those who follow all', async () => {
    const [a, b] = [await register(server, 'all-a'), await register(server, 'all-b')];
    await push(a, { cpu: 1, devices: { cores: [{ name: '0', usage: 1 }] } });
    const reader = await follower(server, admin);
    const answer = await subscribe(reader, 'all');
    const snapshot = answer.ok ? answer.snapshot : [];
    expect(snapshot.find(({ machine_id }) => machine_id === a.machine_id)?.sample).toMatchObject({
      cpu: 1,
    });
    expect(snapshot.every(({ sample: { devices } }) => devices === undefined)).toBe(true);
    await Promise.all([push(a, { cpu: 2 }), push(b, { cpu: 3 })]);
    await waitFor('both samples', () => reader.samples.length >= 2);
    expect(cpus(reader).sort()).toEqual([2, 3]);
  });

  it('gathers a batch into one message, and leaves history out', async () => {
    const machine = await register(server, 'batched');
    const reader = await follower(server, admin);
    await subscribe(reader, [machine.machine_id]);
    const now = Date.now();
    const batch = (times: number[]) =>
      call(server, 'POST', '/api/v1/metrics/batch', {
        key: machine.api_key,
        json: { samples: times.map((timestamp, cpu) => sample(machine, { timestamp, cpu })) },
      });
    await batch([now - 2_000, now - 1_000, now]);
    await waitFor('the samples', () => reader.samples.length === 3);
    expect(reader.messages).toBe(1);
    await batch([now - 60_000, now - 59_000]);
    await push(machine, { cpu: 50, timestamp: now + 1_000 });
    await waitFor('the newest', () => reader.samples.length > 3);
    expect(cpus(reader)).toEqual([0, 1, 2, 50]);
  });

  it('is silent after unsubscribe', async () => {
    const machine = await register(server, 'left');
    const reader = await follower(server, admin);
    const witness = await follower(server, admin);
    await subscribe(reader, [machine.machine_id]);
    await subscribe(witness, [machine.machine_id]);
    const answer = await reader.socket.emitWithAck('unsubscribe', {
      machine_ids: [machine.machine_id],
    });
    expect(answer).toEqual({ ok: true });
    await push(machine);
    await waitFor('the witness', () => witness.samples.length === 1);
    expect(reader.samples).toHaveLength(0);
  });

  it('tells of machines that come, change, change their status and go', async () => {
    const reader = await follower(server, admin);
    await subscribe(reader, 'all');
    const machine = await register(server, 'born');
    // Machines of other tests may fall silent meanwhile.
    const mine = () =>
      reader.machines.filter(
        (change) =>
          (change.type === 'deleted' ? change.machine_id : change.machine.machine_id) ===
          machine.machine_id,
      );
    const path = `/api/v1/machines/${machine.machine_id}`;
    await call(server, 'PATCH', path, { key: admin, json: { machine_name: 'reborn' } });
    await push(machine);
    await waitFor('online', () => mine().some(({ type }) => type === 'status_changed'));
    await call(server, 'DELETE', path, { key: admin });
    await waitFor('deleted', () => mine().some(({ type }) => type === 'deleted'));
    expect(mine().map(({ type }) => type)).toEqual([
      'registered',
      'updated',
      'status_changed',
      'deleted',
    ]);
    expect(mine()[2]).toMatchObject({ machine: { machine_name: 'reborn', status: 'online' } });
  });

  it.each([
    [{ machine_ids: [randomUUID()] }, 'machines.not_found'],
    [{ machine_ids: ['web-1'] }, 'stream.invalid_subscription'],
    [{ machine_ids: 'some' }, 'stream.invalid_subscription'],
    [{ machine_ids: Array(1_001).fill(randomUUID()) }, 'stream.invalid_subscription'],
    [{}, 'stream.invalid_subscription'],
    [null, 'stream.invalid_subscription'],
  ])('refuses to subscribe to %j', async (body, code) => {
    const { socket } = await follower(server, admin);
    const answer = await socket.emitWithAck('subscribe', body as never);
    expect(answer).toMatchObject({ ok: false, code, message: expect.any(String) });
  });

  describe('the handshake', () => {
    it.each([
      ['no token', undefined, 'auth.required'],
      ['an unknown key', 'psk_r_unknown', 'auth.invalid_key'],
      ['a bad token', 'a.b.c', 'auth.invalid_token'],
    ])('refuses %s as HTTP does', async (_, token, code) => {
      const http = await call(server, 'GET', '/api/v1/machines', { key: token });
      expect(http.body.code).toBe(code);
      expect(await refused(socketOf(server, '/live', token))).toEqual({
        code,
        message: http.body.message,
      });
    });

    it("refuses a machine's key", async () => {
      const machine = await register(server, 'curious');
      expect((await refused(socketOf(server, '/live', machine.api_key))).code).toBe(
        'auth.forbidden',
      );
    });

    it('admits a read key, and closes its sockets when it is revoked', async () => {
      const key = await call(server, 'POST', '/api/v1/api-keys', {
        key: admin,
        json: { name: 'wall', scope: 'read' },
      });
      const reader = await follower(server, key.body.api_key);
      const closed = event(reader.socket, 'disconnect');
      await call(server, 'DELETE', `/api/v1/api-keys/${key.body.id}`, { key: admin });
      expect(await closed).toBe('io server disconnect');
    });

    it('closes the sockets of a user who signs out', async () => {
      const token = await adminToken(server);
      const reader = await follower(server, token);
      const closed = event(reader.socket, 'disconnect');
      const login = await call(server, 'GET', '/api/v1/auth/sessions', { key: token });
      const current = login.body.items.find((session: { current: boolean }) => session.current);
      await call(server, 'DELETE', `/api/v1/auth/sessions/${current.id}`, { key: token });
      expect(await closed).toBe('io server disconnect');
    });

    it('refuses pages of other sites', async () => {
      const socket = socketOf(server, '/live', admin, {
        headers: { origin: 'https://evil.example' },
      });
      expect((await refused(socket)).code).toBe('auth.origin');
      const own = socketOf(server, '/live', admin, { headers: { origin: server.url } });
      await connected(own);
    });

    it('knows no other namespaces', async () => {
      for (const name of ['/', '/admin', '/live/x', '/LIVE', '/*']) {
        const { code } = await refused(socketOf(server, name, admin));
        expect({ name, code }).toEqual({ name, code: 'stream.no_namespace' });
      }
    });

    it('works by polling too', async () => {
      const socket = socketOf<LiveClient>(server, '/live', admin, { transports: ['polling'] });
      await connected(socket);
      expect((await socket.emitWithAck('subscribe', { machine_ids: 'all' })).ok).toBe(true);
    });
  });

  it('closes a dashboard that says too much at once', async () => {
    const { socket } = await follower(server, admin);
    const closed = event(socket, 'disconnect');
    socket.emit('subscribe', { machine_ids: ['x'.repeat(100_000)] }, () => undefined);
    await closed;
  });

  it('lets dashboards come back after a restart', async () => {
    const machine = await register(server, 'patient');
    const socket = socketOf<LiveClient>(server, '/live', admin, { reconnection: true });
    await connected(socket);
    const down = event(socket, 'disconnect');
    const exit = server.terminate();
    await down;
    expect(await exit).toBe(0);
    await server.start();
    await connected(socket);
    const answer = await socket.emitWithAck('subscribe', { machine_ids: [machine.machine_id] });
    expect(answer.ok).toBe(true);
  });
});

describe('/live in the open mode', () => {
  it('admits anyone', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_AUTH_REQUIRED: 'false' },
    });
    try {
      const socket = io(`${server.url}/live`, { transports: ['websocket'], forceNew: true });
      await event(socket, 'connect');
      socket.disconnect();
    } finally {
      closeSockets();
      await server.stop();
    }
  });
});
