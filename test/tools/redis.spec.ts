/** Two servers on one PostgreSQL, linked by Redis: one dashboard sees what the other took in. */
import { closeSockets, event, follower } from '../e2e/live-client.js';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { RedisServer } from './redis-server.js';

describe('two replicas linked by Redis', () => {
  let redis: RedisServer;
  let one: TestServer;
  let two: TestServer;
  let admin: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url };
    one = await startServer({ database: 'postgres', env });
    two = await startServer({ database: 'postgres', env, beside: one });
    admin = await adminToken(one);
  }, 60_000);
  afterEach(closeSockets);
  afterAll(async () => {
    await two?.stop();
    await one?.stop();
    await redis?.stop();
  });

  const push = (server: TestServer, machine: TestMachine, changes = {}) =>
    call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, changes),
    });

  it('streams what one has committed to subscribers of the other', async () => {
    const machine = await register(one, 'shared');
    const reader = await follower(two, admin);
    const everything = await follower(two, admin);
    await reader.socket.emitWithAck('subscribe', { machine_ids: [machine.machine_id] });
    await everything.socket.emitWithAck('subscribe', { machine_ids: 'all' });
    await push(one, machine, { cpu: 11, devices: { cores: [{ name: '0', usage: 5 }] } });
    await waitFor('the sample', () => reader.samples.length === 1);
    expect(reader.samples[0]?.sample).toMatchObject({
      cpu: 11,
      devices: { cores: [{ name: '0', usage: 5 }] },
    });
    await waitFor('the sample of all', () => everything.samples.length === 1);
    await push(two, machine, { cpu: 12 });
    await waitFor('the next sample', () => reader.samples.length === 2);
    expect(reader.samples.map(({ sample: { cpu } }) => cpu)).toEqual([11, 12]);
  });

  it('tells dashboards of both about machines', async () => {
    const readers = [await follower(one, admin), await follower(two, admin)];
    for (const { socket } of readers) {
      await socket.emitWithAck('subscribe', { machine_ids: 'all' });
    }
    const machine = await register(two, 'announced');
    await call(one, 'DELETE', `/api/v1/machines/${machine.machine_id}`, { key: admin });
    for (const reader of readers) {
      await waitFor('both events', () => {
        const types = reader.machines
          .filter(
            (change) =>
              (change.type === 'deleted' ? change.machine_id : change.machine.machine_id) ===
              machine.machine_id,
          )
          .map(({ type }) => type);
        return types.length === 2 && types[0] === 'registered' && types[1] === 'deleted';
      });
    }
  });

  it('shows at both what either took in', async () => {
    const machine = await register(one, 'listed');
    await push(one, machine, { cpu: 33 });
    for (const server of [one, two]) {
      await waitFor('the latest sample', async () => {
        const { body } = await call(server, 'GET', '/api/v1/machines?search=listed', {
          key: admin,
        });
        return body.items[0]?.latest?.cpu === 33 && body.items[0].status === 'online';
      });
    }
  });

  it('closes sockets at one when the other revokes their key', async () => {
    const key = await call(one, 'POST', '/api/v1/api-keys', {
      key: admin,
      json: { name: 'wall', scope: 'read' },
    });
    const reader = await follower(two, key.body.api_key);
    const closed = event(reader.socket, 'disconnect');
    await call(one, 'DELETE', `/api/v1/api-keys/${key.body.id}`, { key: admin });
    expect(await closed).toBe('io server disconnect');
  });

  it('takes samples in and streams them locally while Redis is gone, and links again', async () => {
    const machine = await register(one, 'stubborn');
    const [near, far] = [await follower(one, admin), await follower(two, admin)];
    for (const { socket } of [near, far]) {
      await socket.emitWithAck('subscribe', { machine_ids: [machine.machine_id] });
    }
    await redis.stop();
    await waitFor('the server to notice', () => one.output().includes('Redis cannot be reached'));
    expect((await push(one, machine, { cpu: 1 })).status).toBe(200);
    await waitFor('the sample', () => near.samples.length === 1);
    await redis.start();
    await waitFor(
      'the link',
      async () => {
        expect((await push(one, machine, { cpu: 2 })).status).toBe(200);
        return far.samples.length > 0;
      },
      30_000,
    );
  }, 60_000);

  it('starts without Redis, too', async () => {
    await redis.stop();
    const three = await startServer({
      database: 'postgres',
      env: { REDIS_URL: redis.url },
      beside: one,
    });
    try {
      const machine = await register(three, 'independent');
      const reader = await follower(three, admin);
      await reader.socket.emitWithAck('subscribe', { machine_ids: 'all' });
      await push(three, machine, { cpu: 5 });
      await waitFor('the sample', () => reader.samples.length === 1);
      reader.socket.disconnect();
    } finally {
      expect(await three.terminate()).toBe(0);
      await redis.start();
    }
  }, 60_000);
});
