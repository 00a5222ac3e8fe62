/** A disk that runs full under load, for real: refused, survived, nothing lost. */

import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { KillablePostgres } from '../helpers/killable-postgres.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { SmallDisk } from './small-disk.js';

const HOUR = 3_600_000;
const BATCH = 100;

/** Writers that push batches of samples of two hours ago until they are stopped. */
class Load {
  readonly start = Date.now() - 2 * HOUR;
  /** Timestamps that were answered with 200. */
  readonly acknowledged = new Set<number>();
  /** How often each code came with a 503. */
  readonly refusals = new Map<string, number>();
  private next = this.start;
  private running = true;
  private readonly writers: Promise<unknown>;

  constructor(
    private readonly server: TestServer,
    private readonly machine: TestMachine,
  ) {
    this.writers = Promise.all(Array.from({ length: 4 }, () => this.push()));
  }

  /** Waits until `count` more samples are acknowledged. */
  async taken(count: number): Promise<void> {
    const before = this.acknowledged.size;
    await waitFor('pushes to be taken', () => this.acknowledged.size >= before + count, 30_000);
  }

  /** Waits until `count` pushes more were refused with this code. */
  async refused(code: string, count: number): Promise<void> {
    const refusals = () => this.refusals.get(code) ?? 0;
    const before = refusals();
    await waitFor('pushes to be refused', () => refusals() >= before + count, 30_000);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.writers;
  }

  private async push(): Promise<void> {
    while (this.running) {
      const times = Array.from({ length: BATCH }, () => this.next++);
      const devices = { cores: [{ name: '0', usage: 5 }] };
      const { status, body, headers } = await call(this.server, 'POST', '/api/v1/metrics/batch', {
        key: this.machine.api_key,
        json: { samples: times.map((timestamp) => sample(this.machine, { timestamp, devices })) },
      });
      if (status === 200) {
        expect(body).toMatchObject({ accepted: BATCH, rejected: [] });
        for (const time of times) {
          this.acknowledged.add(time);
        }
      } else {
        expect(status).toBe(503);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        this.refusals.set(body.code, (this.refusals.get(body.code) ?? 0) + 1);
      }
    }
  }
}

/**
 * Errors in a server's log. A sign-in that still found space is let in; that there was none left for its
 * entry in the audit log is rightly told as an error.
 */
function faultsIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.includes('"level":50'))
    .filter((line) => !/"context":"AuditService".*"code":"(SQLITE_FULL|53100)"/.test(line));
}

describe('a full disk', () => {
  let disk: SmallDisk | undefined;
  let postgres: KillablePostgres | undefined;
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.stop();
    await postgres?.stop();
    await disk?.unmount();
    disk = postgres = server = undefined;
  });

  /** A server on the database, a machine, and its load once it runs well. */
  async function begin(databaseUrl: string) {
    server = await startServer({ database: 'sqlite', env: { DATABASE_URL: databaseUrl } });
    const machine = await register(server, 'full');
    const key = await adminToken(server);
    const load = new Load(server, machine);
    await load.taken(2_000);
    return { server, load, history: new History(server, machine, key) };
  }

  it.each(['sqlite', 'postgres'])(
    'refuses pushes on %s and keeps what is stored readable',
    async (database) => {
      disk = await SmallDisk.mount(database === 'sqlite' ? 24 : 80);
      if (database === 'postgres') {
        postgres = await KillablePostgres.create({ databaseDir: `${disk.folder}/data` });
      }
      const { server, load, history } = await begin(
        postgres?.url ?? `sqlite:${disk.folder}/procspy.db`,
      );
      await disk.fill();
      await load.refused('metrics.storage_full', 20);
      await history.expectAll(load.acknowledged);
      for (const [points, tier] of [
        [5_000, 'raw'],
        [5, '1m'],
        [1, '1h'],
      ] as const) {
        const query = `from=${load.start}&to=${load.start + HOUR}&points=${points}&metrics=cpu`;
        const { status, body } = await history.get(`?${query}`);
        expect([status, body.tier]).toEqual([200, tier]);
        expect(body.columns.cpu).toContain(25.3);
      }
      const signIn = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN });
      expect([200, 503]).toContain(signIn.status);
      expect((await call(server, 'GET', '/health')).status).toBe(200);
      await disk.free();
      await load.taken(2_000);
      await load.stop();
      await history.expectAll(load.acknowledged);
      expect(faultsIn(server.output())).toEqual([]);
    },
    120_000,
  );

  it('of the write-ahead log makes PostgreSQL panic: the server outlives it', async () => {
    disk = await SmallDisk.mount(16);
    postgres = await KillablePostgres.create({
      walDir: `${disk.folder}/wal`,
      initdbFlags: ['--wal-segsize=1'],
      postgresFlags: ['-c', 'min_wal_size=2MB', '-c', 'max_wal_size=8MB'],
    });
    const { server, load, history } = await begin(postgres.url);
    await disk.fill();
    // Without space it cannot recover either, and ends.
    await postgres.ended();
    await load.refused('database.unavailable', 20);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    await disk.free();
    await postgres.start();
    await load.taken(2_000);
    await load.stop();
    await history.expectAll(load.acknowledged);
    expect(server.output()).not.toContain('"level":50');
  }, 120_000);
});

/** Reads what is stored of a machine. */
class History {
  constructor(
    private readonly server: TestServer,
    private readonly machine: TestMachine,
    private readonly key: string,
  ) {}

  get(tail: string) {
    const path = `/api/v1/machines/${this.machine.machine_id}/metrics${tail}`;
    return call(this.server, 'GET', path, { key: this.key });
  }

  /** Expects that every sample acknowledged by now is stored, and none twice. */
  async expectAll(acknowledged: ReadonlySet<number>): Promise<void> {
    const expected = [...acknowledged];
    const { status, body } = await this.get('/export?format=csv');
    expect(status).toBe(200);
    const [, ...lines] = String(body).trim().split('\n');
    const stored = lines.map((line) => Date.parse(line.split(',', 1)[0] ?? ''));
    const times = new Set(stored);
    expect(times.size).toBe(stored.length);
    expect(expected.filter((time) => !times.has(time))).toEqual([]);
  }
}
