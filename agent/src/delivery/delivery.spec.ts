import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRequests } from '../../../src/contracts/index.js';
import { HttpClient } from '../http/http-client.js';
import { Enrolment } from '../identity/enrolment.js';
import { IdentityStore } from '../identity/identity.js';
import { FakeTime } from '../testing/fake-time.js';
import { keptLog } from '../testing/quiet-log.js';
import { refuse, TestServer } from '../testing/test-server.js';
import { Delivery } from './delivery.js';
import { ServerTime } from './server-time.js';
import { Spool } from './spool/spool.js';
import { HttpTransport } from './transport/http-transport.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;

/** A delivery over a real connection, with the clock in the test's hand. */
class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'procspy-delivery-'));
  readonly time = new FakeTime();
  readonly server = new TestServer();
  readonly log = keptLog();
  readonly wants: (AgentRequests | undefined)[] = [];
  readonly store = new IdentityStore(this.folder);
  host = 'one';
  taken = 0;
  spool = this.newSpool();
  client!: HttpClient;
  delivery!: Delivery;
  enrolment!: Enrolment;
  serverTime!: ServerTime;
  failure: unknown = null;

  async begin(enrollmentKey: string | null = 'enrol'): Promise<void> {
    await this.server.start();
    this.launch(enrollmentKey);
  }

  /** Starts as a fresh process would, on the same state folder. */
  launch(enrollmentKey: string | null = 'enrol', apiKey: string | null = null): void {
    const { time, log, store, server } = this;
    this.spool = this.newSpool();
    this.spool.open();
    this.client = new HttpClient({ server: server.url, env: {}, userAgent: 'test' });
    this.serverTime = new ServerTime({ clock: time.clock, client: this.client, log });
    const enrolment = new Enrolment({
      client: this.client,
      server: server.url,
      store,
      enrollmentKey,
      apiKey,
      describe: () => ({
        name: 'web-1',
        os: 'linux',
        version: '1',
        fingerprint: 'f'.repeat(64),
        tags: ['a'],
        intervalMs: 5 * SECOND,
        clockOffsetSeconds: this.serverTime.clockOffsetSeconds(),
        host: { hostname: this.host },
      }),
      wallMs: () => time.clock.wallMs(),
      log,
    });
    this.enrolment = enrolment;
    this.delivery = new Delivery({
      spool: this.spool,
      transport: new HttpTransport(this.client, () => time.clock.wallMs(), 'instance'),
      enrolment,
      clock: time.clock,
      serverTime: this.serverTime,
      schedule: time.schedule,
      random: () => 0.5,
      log,
      server: server.url,
      intervalMs: 5 * SECOND,
      client: this.client,
      maxAheadMs: DAY,
      onRequests: (wants) => this.wants.push(wants),
    });
    this.delivery.start((error) => {
      this.failure = error;
    });
  }

  /** What a SIGKILL leaves: files, and nothing of the process. */
  async kill(): Promise<void> {
    this.client.close();
    await this.idle();
  }

  take(): void {
    const json = JSON.stringify({ timestamp: this.serverTime.wallMs(), cpu: this.taken });
    this.taken += 1;
    this.delivery.add({ seq: this.spool.append(json), json });
  }

  /** Samples every five seconds for so long. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5 * SECOND) {
      this.take();
      await this.time.pass(5 * SECOND, () => this.idle());
    }
  }

  /** Waits until no request is under way: real sockets do not follow the test's clock. */
  async idle(): Promise<void> {
    let quiet = 0;
    while (quiet < 8) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.busy() ? 0 : quiet + 1;
    }
  }

  private busy(): boolean {
    const agent = (this.client as unknown as { agent: { sockets: object; requests: object } })
      .agent;
    return Object.keys(agent.sockets).length + Object.keys(agent.requests).length > 0;
  }

  async end(): Promise<void> {
    if (this.failure) throw this.failure;
    await this.delivery.stop(0);
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newSpool(): Spool {
    return new Spool({
      folder: join(this.folder, 'spool'),
      maxBytes: 64e6,
      maxAgeMs: 7 * DAY,
      clock: this.time.clock,
      log: this.log,
    });
  }
}

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.end());

const everything = () => [...rig.server.stored.values()].map(({ cpu }) => cpu);
const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('delivery', () => {
  it('registers once, keeps its key, and pushes each sample as it comes', async () => {
    await rig.begin();
    await rig.run(15 * SECOND);
    expect(rig.server.registrations).toHaveLength(1);
    expect(rig.server.registrations[0]).toMatchObject({
      key: 'enrol',
      body: { machine_name: 'web-1', tags: ['a'], interval_seconds: 5, host: { hostname: 'one' } },
    });
    expect(everything()).toEqual([0, 1, 2]);
    expect([...rig.server.stored.values()][0]?.machine_id).toBe('machine-1');
    expect(rig.server.pushes.every(({ path }) => path === '/api/v1/metrics')).toBe(true);
    expect(rig.store.load()).toMatchObject({ machineId: 'machine-1', apiKey: 'key-1' });
    expect(statSync(rig.store.path).mode & 0o777).toBe(0o600);
    expect(rig.spool.pendingBelow()).toBe(0);
  });

  it('needs no enrolment key after a restart, and tells what changed about the host', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    await rig.delivery.stop(0);
    rig.host = 'two';
    rig.launch(null);
    await rig.run(5 * SECOND);
    expect(rig.server.registrations).toHaveLength(2);
    expect(rig.server.registrations[1]).toMatchObject({
      key: 'key-1',
      body: { host: { hostname: 'two' } },
    });
    expect(everything()).toEqual([0, 1]);
  });

  it('brings an hour of outage after the live samples, in order, in bounded batches, once', async () => {
    await rig.begin();
    await rig.run(10 * SECOND);
    await rig.server.stop();
    await rig.run(3600 * SECOND);
    const missed = rig.spool.pendingBelow();
    expect(missed).toBe(720);
    await rig.server.start();
    rig.server.pushes.length = 0;
    await rig.run(120 * SECOND);
    expect(rig.spool.pendingBelow()).toBe(0);
    expect(new Set(everything()).size).toBe(rig.taken);
    expect(rig.server.duplicates).toBe(0);
    const order = everything();
    const firstAfter = order[2] as number;
    expect(firstAfter).toBeGreaterThan(700);
    const backlog = order.filter((n) => (n as number) >= 2 && (n as number) < firstAfter);
    expect(backlog).toEqual([...backlog].sort((a, b) => (a as number) - (b as number)));
    expect(Math.max(...rig.server.pushes.map(({ samples }) => samples))).toBeLessThanOrEqual(200);
    expect(
      rig.server.pushes.filter(({ samples }) => samples > 1).every(({ compressed }) => compressed),
    ).toBe(true);
    expect(rig.log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(rig.log.lines.at(-1)).toBe('info the backlog is delivered');
  }, 60_000);

  it('samples before it could ever register, and delivers them then', async () => {
    rig.server.port = 0;
    await rig.begin();
    await rig.server.stop();
    await rig.run(60 * SECOND);
    await rig.server.start();
    await rig.run(120 * SECOND);
    expect(new Set(everything())).toEqual(new Set(inOrder(rig.taken)));
  });

  it('sends again what was killed in between, which the server takes once', async () => {
    await rig.begin();
    for (let round = 0; round < 5; round += 1) {
      await rig.run(20 * SECOND);
      await rig.server.stop();
      await rig.run(20 * SECOND);
      await rig.kill();
      await rig.server.start();
      rig.launch();
    }
    await rig.run(120 * SECOND);
    expect(new Set(everything())).toEqual(new Set(inOrder(rig.taken)));
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(rig.server.registrations).toHaveLength(1);
  });

  it('takes an answer that was cut off, or is somebody else’s, for none', async () => {
    await rig.begin();
    let count = 0;
    rig.server.misbehave = (request, response) => {
      if (request.url === '/api/v1/machines/register') return false;
      count += 1;
      if (count === 1) {
        response.writeHead(200, { 'content-length': 500 });
        response.write('{"status":"metrics_');
        setImmediate(() => response.destroy());
      } else if (count === 2) {
        response.end('<html>Please sign in to the hotel network</html>');
      } else if (count === 3) {
        response.destroy();
      }
      return count <= 3;
    };
    await rig.run(60 * SECOND);
    expect(new Set(everything())).toEqual(new Set(inOrder(rig.taken)));
    expect(rig.delivery.stats.retries).toBeGreaterThanOrEqual(2);
  });

  it('survives lost acknowledgements without a duplicate', async () => {
    await rig.begin();
    let lost = 0;
    const push = rig.server as unknown as { push(...args: unknown[]): void };
    const honest = push.push.bind(rig.server);
    push.push = (...args) => {
      lost += 1;
      if (lost > 6) return honest(...args);
      const response = args[4] as import('node:http').ServerResponse;
      const end = response.end.bind(response);
      response.end = (() => response.destroy()) as typeof end;
      honest(...args);
    };
    await rig.run(180 * SECOND);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(rig.server.duplicates).toBeGreaterThan(0);
  });

  it('waits as long as the server asks it to', async () => {
    await rig.begin();
    const times: number[] = [];
    rig.server.misbehave = (request, response) => {
      if (request.url === '/api/v1/machines/register') return false;
      times.push(rig.time.clock.monotonicMs());
      if (times.length > 1) return false;
      refuse(response, 503, 'metrics.queue_full', 'busy', { 'retry-after': '90' });
      return true;
    };
    await rig.run(120 * SECOND);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(90 * SECOND);
    expect(rig.server.stored.size).toBe(rig.taken);
  });

  it('drops a sample that the server will never take, and says so', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    rig.server.refused.add(rig.time.clock.wallMs());
    await rig.run(10 * SECOND);
    expect(everything()).toEqual([0, 2]);
    expect(rig.delivery.stats.refused).toBe(1);
    expect(rig.log.lines.filter((line) => line.includes('cpu must be at most 100'))).toHaveLength(
      1,
    );
  });

  it('finds the one sample for which a whole batch is refused', async () => {
    await rig.begin();
    await rig.server.stop();
    await rig.run(50 * SECOND);
    await rig.server.start();
    const bad = rig.time.clock.wallMs() - 30 * SECOND;
    rig.server.refused.add(bad);
    const honest = rig.server as unknown as { push(...args: unknown[]): void };
    const push = honest.push.bind(rig.server);
    honest.push = (...args) => {
      const { samples } = args[2] as { samples?: { timestamp: number }[] };
      if (samples?.some(({ timestamp }) => timestamp === bad)) {
        refuse(args[4] as import('node:http').ServerResponse, 400, 'metrics.invalid_batch', 'bad');
      } else push(...args);
    };
    await rig.run(60 * SECOND);
    expect(rig.server.stored.size).toBe(rig.taken - 1);
    expect(rig.spool.pendingBelow()).toBe(0);
  });

  describe('when the server fails with 500', () => {
    const cpuOf = ({ cpu }: { cpu?: number | null }) => cpu ?? -1;
    const outage = async (ms: number) => {
      await rig.begin();
      await rig.run(10 * SECOND);
      await rig.server.stop();
      await rig.run(ms);
      await rig.server.start();
    };
    const warnings = () =>
      rig.log.lines.filter((line) => /^warn.*fails on some samples/.test(line));

    it('on one sample of a backlog, sets it aside, delivers all others and comes back to it', async () => {
      await outage(900 * SECOND);
      rig.server.failsOn = (sample) => cpuOf(sample) === 77;
      rig.server.pushes.length = 0;
      await rig.run(300 * SECOND);
      expect(rig.taken - rig.server.stored.size).toBe(1);
      expect(rig.spool.pendingBelow()).toBe(1);
      expect(rig.delivery.stats).toMatchObject({ state: 'delivering', setAside: 1, refused: 0 });
      expect(rig.delivery.stats.delivered).toBe(rig.taken - 1);
      expect(warnings()).toHaveLength(1);
      expect(warnings()[0]).toContain('internal error; the server log has the details (500)');
      // Far from a storm: the search takes some ten pushes, and live samples go on.
      const live = rig.taken - 182;
      expect(rig.server.pushes.length - live).toBeLessThan(40);
      rig.server.failsOn = () => false;
      await rig.run(3700 * SECOND);
      expect(rig.spool.pendingBelow()).toBe(0);
      expect(rig.server.stored.size).toBe(rig.taken);
      expect(rig.delivery.stats).toMatchObject({ setAside: 0, delivered: rig.taken });
      expect(rig.log.lines.at(-1)).toBe('info no sample is set aside any more');
    }, 60_000);

    it('on a whole run of samples, delivers what lies before and behind', async () => {
      await outage(900 * SECOND);
      rig.server.failsOn = (sample) => cpuOf(sample) >= 50 && cpuOf(sample) < 80;
      await rig.run(600 * SECOND);
      expect(rig.taken - rig.server.stored.size).toBe(30);
      expect(rig.delivery.stats.setAside).toBe(30);
      expect(warnings()).toHaveLength(1);
      rig.server.failsOn = () => false;
      await rig.run(3700 * SECOND);
      expect(rig.server.stored.size).toBe(rig.taken);
      expect(rig.spool.pendingBelow()).toBe(0);
    }, 60_000);

    it('on a live sample, goes on with the next ones', async () => {
      await rig.begin();
      await rig.run(10 * SECOND);
      rig.server.failsOn = (sample) => cpuOf(sample) === 2;
      await rig.run(60 * SECOND);
      expect(rig.server.stored.size).toBe(rig.taken - 1);
      expect(rig.delivery.stats).toMatchObject({ state: 'delivering', setAside: 1 });
      expect(warnings()).toHaveLength(1);
    });

    it('on everything, backs off as from a server that is away, and accuses no sample', async () => {
      await outage(900 * SECOND);
      rig.server.failsOn = () => true;
      rig.server.pushes.length = 0;
      await rig.run(3600 * SECOND);
      expect(rig.server.pushes.length).toBeLessThan(100);
      expect(rig.delivery.stats).toMatchObject({ state: 'unreachable', setAside: 0 });
      expect(rig.delivery.stats.problem).toContain('internal error');
      rig.server.failsOn = () => false;
      await rig.run(300 * SECOND);
      expect(rig.server.stored.size).toBe(rig.taken);
      expect(rig.spool.pendingBelow()).toBe(0);
      expect(warnings()).toHaveLength(0);
    }, 60_000);

    it('never gives up what is set aside, also across a restart', async () => {
      await rig.begin();
      rig.server.failsOn = (sample) => cpuOf(sample) === 2;
      await rig.run(120 * SECOND);
      await rig.delivery.stop(0);
      rig.spool.close();
      rig.launch();
      rig.server.failsOn = () => false;
      await rig.run(60 * SECOND);
      expect(rig.server.stored.size).toBe(rig.taken);
      expect(rig.server.duplicates).toBe(0);
    });
  });

  it('stops pushing with a revoked key and takes up again when enrolled anew', async () => {
    await rig.begin();
    await rig.run(10 * SECOND);
    rig.server.keys.clear();
    await rig.run(300 * SECOND);
    const { pushes } = rig.server;
    expect(pushes).toHaveLength(3);
    expect(rig.server.registrations).toHaveLength(1);
    expect(rig.delivery.stats.state).toBe('unauthorized');
    expect(rig.log.lines.at(-1)).toMatch(
      /refuses the key: the key was revoked.*procspy-agent enroll/,
    );
    rig.server.keys.add('by-hand');
    const identity = rig.store.load();
    if (identity) rig.store.save({ ...identity, apiKey: 'by-hand' });
    // Others look at the identity as well, such as the status: that must not hide the change.
    expect(rig.enrolment.current()?.apiKey).toBe('by-hand');
    await rig.run(60 * SECOND);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(rig.server.registrations).toHaveLength(1);
  });

  it('says what to do about a revoked key: enrol, set apart a copy, or give another key', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    rig.server.keys.clear();
    await rig.run(5 * SECOND);
    expect(rig.log.lines.at(-1)).toMatch(
      /procspy-agent enroll.*copy of this machine.*--fingerprint/,
    );
    await rig.kill();
    rig.launch(null, rig.store.load()?.apiKey ?? null);
    await rig.run(5 * SECOND);
    expect(rig.log.lines.at(-1)).toMatch(/the key was revoked.*PROCSPY_API_KEY$/);
  });

  it('keeps an identity later that it could not keep at once', async () => {
    const blocker = `${rig.store.path}.tmp`;
    mkdirSync(blocker);
    await rig.begin();
    await rig.run(10 * SECOND);
    expect(rig.server.stored.size).toBe(2);
    expect(rig.store.load()).toBeNull();
    rmdirSync(blocker);
    await rig.run(600 * SECOND);
    expect(rig.store.load()).toMatchObject({ machineId: 'machine-1', apiKey: 'key-1' });
    expect(rig.server.registrations).toHaveLength(1);
  });

  it('enrols again by itself with an enrolment key that is new', async () => {
    await rig.begin();
    await rig.run(10 * SECOND);
    rig.server.keys.clear();
    rig.server.enrollmentKeys.add('fresh');
    await rig.kill();
    rig.launch('fresh');
    await rig.run(60 * SECOND);
    expect(rig.server.registrations.map(({ key }) => key)).toEqual(['enrol', 'fresh']);
    expect(rig.server.stored.size).toBe(rig.taken);
  });

  it('enrols again by itself with a server that forgot everything', async () => {
    await rig.begin();
    await rig.run(10 * SECOND);
    const forgotten = rig.server.stored.size;
    rig.server.keys.clear();
    rig.server.misbehave = (request, response) => {
      if (request.headers.authorization !== 'Bearer key-1') return false;
      refuse(response, 401, 'auth.invalid_key', 'the key is not known here');
      return true;
    };
    await rig.run(60 * SECOND);
    expect(rig.server.registrations.map(({ key }) => key)).toEqual(['enrol', 'enrol']);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(forgotten).toBe(2);
  });

  it('says what is missing when it may not register, and tries again later', async () => {
    await rig.begin(null);
    await rig.run(30 * SECOND);
    expect(rig.delivery.stats.state).toBe('refused');
    expect(rig.log.lines[0]).toContain('--enrollment-key or PROCSPY_ENROLLMENT_KEY');
    expect(rig.server.registrations).toHaveLength(1);
    await rig.run(120 * SECOND);
    expect(rig.server.registrations.length).toBeGreaterThan(1);
  });

  it('never shows a key to another server than the one that gave it', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    await rig.kill();
    await rig.server.stop();
    rig.server.port = 0;
    await rig.server.start();
    rig.server.registrations.length = 0;
    rig.launch();
    await rig.run(5 * SECOND);
    expect(rig.server.registrations.map(({ key }) => key)).toEqual(['enrol']);
  });

  it('passes on what the server wants', async () => {
    await rig.begin();
    rig.server.wants = { evidence_until: 5 };
    await rig.run(5 * SECOND);
    expect(rig.wants).toEqual([{ evidence_until: 5 }]);
  });

  it('makes a last attempt when it is stopped', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    rig.take();
    await rig.delivery.stop(1000);
    expect(rig.server.stored.size).toBe(2);
    expect(rig.server.goodbyes).toEqual([]);
  });

  it('says goodbye after the last sample, where the server hears it', async () => {
    await rig.begin();
    await rig.run(5 * SECOND);
    rig.take();
    await rig.delivery.stop(1000, 'shutdown');
    expect(rig.server.stored.size).toBe(2);
    expect(rig.server.goodbyes).toEqual(['shutdown']);
    await rig.server.stop();
    rig.launch();
    await rig.run(5 * SECOND);
    await rig.delivery.stop(1000, 'stopped');
    expect(rig.server.goodbyes).toEqual(['shutdown']);
  });
});

describe('a clock that is wrong', () => {
  const times = () => [...rig.server.stored.keys()];
  /** The server's time; the machine's own is `offMs` ahead of it. */
  const serverClock = (offMs: number) => {
    rig.server.clock = () => rig.time.clock.wallMs() - offMs;
  };

  it.each([
    ['ahead', 10 * MINUTE],
    ['behind', -20 * MINUTE],
    ['at 1970', Date.UTC(1970, 0, 2) - Date.UTC(2026, 0, 1)],
  ])(
    '%s stamps samples by the time of the server, and tells how far it is off',
    async (_, offMs) => {
      serverClock(offMs);
      await rig.begin();
      await rig.time.pass(SECOND, () => rig.idle());
      const from = rig.time.clock.wallMs() - offMs;
      await rig.run(30 * SECOND);
      const wanted = Array.from({ length: 6 }, (_, index) => from + index * 5 * SECOND);
      times().forEach((time, index) => {
        expect(Math.abs(time - (wanted[index] as number))).toBeLessThanOrEqual(SECOND);
      });
      expect(times()).toHaveLength(6);
      const told = rig.server.registrations.at(-1)?.body.clock_offset_seconds as number;
      expect(Math.abs(told - offMs / SECOND)).toBeLessThanOrEqual(1);
      expect(rig.delivery.stats.refused).toBe(0);
    },
  );

  it('is not corrected within half a minute', async () => {
    serverClock(25 * SECOND);
    await rig.begin();
    const from = rig.time.clock.wallMs();
    await rig.run(10 * SECOND);
    expect(times()).toEqual([from, from + 5 * SECOND]);
    expect(rig.server.registrations[0]?.body).not.toHaveProperty('clock_offset_seconds');
  });

  it('corrects what it stamped before the server was heard', async () => {
    serverClock(10 * MINUTE);
    await rig.begin();
    await rig.server.stop();
    rig.launch();
    const from = rig.time.clock.wallMs() - 10 * MINUTE;
    await rig.run(60 * SECOND);
    await rig.server.start();
    await rig.run(2 * MINUTE);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(Math.min(...times())).toBeGreaterThanOrEqual(from - SECOND);
    expect(Math.max(...times())).toBeLessThanOrEqual((rig.server.clock as () => number)());
    expect(rig.delivery.stats.refused).toBe(0);
    expect(rig.spool.pendingBelow()).toBe(0);
  });

  it('that was mended before the server was heard: samples wait until their time has come', async () => {
    await rig.begin();
    await rig.server.stop();
    rig.time.setWall(10 * MINUTE);
    await rig.run(30 * SECOND);
    // As the sampler does: no stamp that was given comes again.
    rig.time.setWall(-10 * MINUTE + 1);
    serverClock(0);
    await rig.server.start();
    await rig.run(2 * MINUTE);
    const waiting = rig.spool.pendingBelow();
    expect(waiting).toBeGreaterThanOrEqual(6);
    await rig.run(12 * MINUTE);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(rig.spool.pendingBelow()).toBe(0);
    expect(rig.delivery.stats.refused).toBe(0);
  });

  it('that is mended stamps by itself again, at once', async () => {
    serverClock(10 * MINUTE);
    await rig.begin();
    await rig.run(20 * SECOND);
    rig.time.setWall(-10 * MINUTE);
    serverClock(0);
    const from = rig.time.clock.wallMs();
    await rig.run(60 * SECOND);
    expect(rig.server.stored.size).toBe(rig.taken);
    expect(times().filter((time) => time >= from)).toHaveLength(12);
    expect(Math.max(...times())).toBe(from + 55 * SECOND);
    expect(rig.server.registrations.at(-1)?.body).not.toHaveProperty('clock_offset_seconds');
    expect(rig.log.lines).toContain("info this machine's clock is right again");
  });
});
