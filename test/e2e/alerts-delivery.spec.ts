/** Notifications in trouble: receivers that fail or hang, a server that is killed, two replicas. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.ts';
import { type Behaviour, HttpReceiver } from '../helpers/receivers.ts';
import { startServer, type TestDatabase, type TestServer } from '../helpers/server.ts';
import { waitFor } from '../helpers/wait.ts';

const PRIVATE = { PROCSPY_ALLOW_PRIVATE_WEBHOOKS: 'true' };
const LONG_MS = 45_000;
/** The longest that the former leader may still be sending. */
const LONGEST_ATTEMPT_MS = 20_000;

/** A server, its administrator, and what they do. */
class Scene {
  private readonly ends: (() => Promise<unknown>)[] = [];
  token = '';

  private constructor(readonly server: TestServer) {}

  static async open(database: TestDatabase, env: Record<string, string> = PRIVATE): Promise<Scene> {
    const scene = new Scene(await startServer({ database, env }));
    scene.ends.push(() => scene.server.stop());
    scene.token = await adminToken(scene.server);
    return scene;
  }

  async close(): Promise<void> {
    for (const end of [...this.ends].reverse()) {
      await end();
    }
  }

  async receiver(behaviours: Behaviour[] = [200]): Promise<HttpReceiver> {
    const receiver = await new HttpReceiver().start();
    receiver.behaviours = behaviours;
    this.ends.push(() => receiver.stop());
    return receiver;
  }

  async replica(): Promise<TestServer> {
    const replica = await startServer({ ...this.server.options, beside: this.server });
    this.ends.push(() => replica.stop());
    return replica;
  }

  api(method: string, path: string, json?: unknown, server = this.server) {
    return call(server, method, `/api/v1${path}`, { key: this.token, json });
  }

  async channel(url: string, more: object = {}): Promise<string> {
    const config = { url, secret: 'hidden from everyone' };
    const body = { name: 'hook', type: 'webhook', config, ...more };
    return (await this.api('POST', '/notification-channels', body)).body.id;
  }

  async machine(name: string): Promise<TestMachine> {
    return register(this.server, name);
  }

  /** A rule on the CPU of one machine, told through one channel. */
  async rule(machine: TestMachine, channel: string, more: object = {}): Promise<string> {
    const body = {
      name: 'CPU',
      metric: 'cpu',
      operator: 'gte',
      threshold: 90,
      for_seconds: 0,
      severity: 'warning',
      scope: { machine_ids: [machine.machine_id] },
      channel_ids: [channel],
      ...more,
    };
    return (await this.api('POST', '/alert-rules', body)).body.id;
  }

  async push(machine: TestMachine, changes: object, server = this.server): Promise<void> {
    const json = sample(machine, changes);
    const { status } = await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json,
    });
    expect(status).toBe(200);
  }

  async delivered(channel: string): Promise<{ kind: string; attempts: number }[]> {
    const path = `/notification-deliveries?state=delivered&channel_id=${channel}`;
    return (await this.api('GET', path)).body.items.reverse();
  }

  async states(rule: string): Promise<string[]> {
    const { body } = await this.api('GET', `/alerts?rule_id=${rule}`);
    return body.items.map(({ state }: { state: string }) => state);
  }
}

const kinds = (receiver: HttpReceiver) =>
  receiver.requests.flatMap(({ body }) => body.alerts.map(({ kind }: { kind: string }) => kind));

describe('notifications', () => {
  let scene: Scene;

  afterEach(() => scene?.close());

  it(
    'reach receivers that fail, hang or are away, later and once, recovery last',
    async () => {
      scene = await Scene.open('sqlite');
      const failing = await scene.receiver([500, 302, 200]);
      const hanging = await scene.receiver(['hang', 200]);
      const away = await scene.receiver();
      await away.stop();
      const well = await scene.receiver();
      const machine = await scene.machine('web-1');
      const channels: string[] = [];
      for (const { url } of [failing, hanging, away, well]) {
        const channel = await scene.channel(url);
        channels.push(channel);
        await scene.rule(machine, channel);
      }
      await scene.push(machine, { cpu: 95 });
      await waitFor('the one that works', () => well.requests.length === 1);
      await waitFor('the one that hangs', () => hanging.requests.length >= 1);
      await scene.push(machine, { cpu: 10 });
      await waitFor('its recovery', () => kinds(well).includes('resolved'));
      await away.start();
      for (const channel of channels) {
        await waitFor(
          'all to be delivered',
          async () => (await scene.delivered(channel)).length === 2,
          LONG_MS,
        );
        const log = await scene.delivered(channel);
        expect(log.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
      }
      expect(kinds(failing)).toEqual(['fired', 'fired', 'fired', 'resolved']);
      expect(failing.requests.every(({ path }) => path === '/')).toBe(true);
      expect(kinds(hanging)).toEqual(['fired', 'fired', 'resolved']);
      expect(kinds(away)).toEqual(['fired', 'resolved']);
      expect(kinds(well)).toEqual(['fired', 'resolved']);
    },
    4 * LONG_MS,
  );

  it(
    'survive a server that is killed between firing and sending',
    async () => {
      scene = await Scene.open('sqlite');
      const receiver = await scene.receiver();
      await receiver.stop();
      const machine = await scene.machine('web-1');
      const rule = await scene.rule(machine, await scene.channel(receiver.url));
      await scene.push(machine, { cpu: 90 });
      await waitFor('the alert', async () => (await scene.states(rule)).includes('firing'));
      await scene.server.kill();
      await receiver.start();
      await scene.server.start();
      await waitFor('the delivery', () => receiver.requests.length === 1);
      await scene.push(machine, { cpu: 99 });
      await scene.push(machine, { cpu: 10 });
      await waitFor('the recovery', () => kinds(receiver).includes('resolved'));
      expect(kinds(receiver)).toEqual(['fired', 'resolved']);
      expect(await scene.states(rule)).toEqual(['resolved']);
    },
    4 * LONG_MS,
  );

  it('survive a server that is killed while it sends: it takes up again at once', async () => {
    scene = await Scene.open('sqlite');
    const receiver = await scene.receiver(['hang', 200]);
    const machine = await scene.machine('web-1');
    await scene.rule(machine, await scene.channel(receiver.url));
    await scene.push(machine, { cpu: 90 });
    await waitFor('the attempt', () => receiver.requests.length === 1);
    await scene.server.kill();
    await scene.server.start();
    // Well before the lease of the first attempt ends by itself, which takes half a minute.
    await waitFor('the next attempt', () => receiver.requests.length === 2, 20_000);
    expect(kinds(receiver)).toEqual(['fired', 'fired']);
    const [first, second] = receiver.requests;
    expect(second?.body.alerts[0].id).toBe(first?.body.alerts[0].id);
  });

  it(
    'are taken over from a leader that is killed while it sends, when it cannot be sending any more',
    async () => {
      scene = await Scene.open('postgres');
      const replica = await scene.replica();
      const receiver = await scene.receiver(['hang', 200]);
      const machine = await scene.machine('web-1');
      const channel = await scene.channel(receiver.url);
      await scene.rule(machine, channel);
      await scene.push(machine, { cpu: 95 }, replica);
      await waitFor('the attempt', () => receiver.requests.length === 1);
      const startedAt = Date.now();
      await scene.server.kill();
      await waitFor('the next attempt', () => receiver.requests.length === 2, LONG_MS);
      expect(Date.now() - startedAt).toBeGreaterThan(LONGEST_ATTEMPT_MS);
      expect(kinds(receiver)).toEqual(['fired', 'fired']);
    },
    2 * LONG_MS,
  );

  it(
    'are sent once by two replicas, also when the leader dies',
    async () => {
      scene = await Scene.open('postgres');
      const replica = await scene.replica();
      const receiver = await scene.receiver();
      const machine = await scene.machine('web-1');
      const channel = await scene.channel(receiver.url);
      const rule = await scene.rule(machine, channel);
      await scene.push(machine, { cpu: 95 }, replica);
      // Not only sent, but noted as sent: else the next leader may repeat it.
      await waitFor('the alert', async () => (await scene.delivered(channel)).length === 1);
      await scene.push(machine, { cpu: 96 }, replica);
      // The first to start leads; the token lives on with the shared secret.
      await scene.server.kill();
      await scene.push(machine, { cpu: 97 }, replica);
      await scene.push(machine, { cpu: 12 }, replica);
      await waitFor('the recovery', () => kinds(receiver).includes('resolved'), LONG_MS);
      expect(kinds(receiver)).toEqual(['fired', 'resolved']);
      const { body } = await scene.api('GET', `/alerts?rule_id=${rule}`, undefined, replica);
      expect(body.items).toMatchObject([{ state: 'resolved', peak_value: 97, last_value: 12 }]);
    },
    4 * LONG_MS,
  );

  it(
    'go in one message when many fire at once, and to the default channels where a rule names none',
    async () => {
      scene = await Scene.open('sqlite');
      const receiver = await scene.receiver();
      await scene.channel(receiver.url, { default: true });
      const machine = await scene.machine('web-1');
      const device = { metric: 'usage', device: { kind: 'filesystem' } };
      await scene.rule(machine, '', { ...device, channel_ids: [] });
      const filesystems = Array.from({ length: 12 }, (_, index) => ({
        name: `/data-${index}`,
        usage: 90,
      }));
      await scene.push(machine, { devices: { filesystems } });
      await waitFor('the message', () => receiver.requests.length > 0);
      expect(receiver.requests).toHaveLength(1);
      expect(receiver.requests[0]?.body.alerts).toHaveLength(12);
      expect(receiver.requests[0]?.body.title).toBe('12 alerts: 12 firing');
    },
    2 * LONG_MS,
  );

  it('do not reach this machine unless that is allowed, and keep secrets', async () => {
    scene = await Scene.open('sqlite', {});
    const receiver = await scene.receiver();
    const channel = await scene.channel(receiver.url.replace('127.0.0.1', 'localhost'));
    const { body } = await scene.api('POST', `/notification-channels/${channel}/test`);
    expect(body.status).toBe('failed');
    expect(body.error).toContain('PROCSPY_ALLOW_PRIVATE_WEBHOOKS');
    expect(receiver.requests).toHaveLength(0);

    const path = `/notification-channels/${channel}`;
    expect((await scene.api('GET', path)).body.config.secret).toBe('********');
    const changed = await scene.api('PATCH', path, { config: { secret: '********' }, name: 'new' });
    expect(changed.body).toMatchObject({ name: 'new', config: { secret: '********' } });
    await scene.server.terminate();
    const file = await readFile(join(scene.server.dataDir, 'procspy.db'), 'latin1');
    expect(file).toContain('notification_channels');
    expect(file).not.toContain('hidden from everyone');
  });
});
