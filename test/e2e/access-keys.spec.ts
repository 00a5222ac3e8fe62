/** Keys: what they open, how long, and how fast they end, also on another replica. */
import {
  type Answer,
  adminToken,
  call,
  register,
  sample,
  type TestMachine,
} from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { makeKey, REVOCATION_MS } from './access-callers.js';
import { closeSockets, connected, refused, socketOf } from './live-client.js';

describe.each(DATABASES)('keys on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  const push = (machine: TestMachine, key: string) =>
    call(server, 'POST', '/api/v1/metrics', { key, json: sample(machine) });
  const enrol = (key: string | undefined, machine_name: string, more: object = {}) =>
    call(server, 'POST', '/api/v1/machines/register', {
      key,
      json: { machine_name, os: 'linux', agent_version: '1.0.0', ...more },
    });

  it('of a machine push for that machine and nothing else', async () => {
    const mine = await register(server, 'mine');
    const other = await register(server, 'other');
    expect((await push(mine, mine.api_key)).status).toBe(200);
    expect((await push(other, mine.api_key)).status).toBe(403);
    expect((await call(server, 'GET', '/api/v1/machines', { key: mine.api_key })).status).toBe(403);
    const taken = await call(server, 'POST', '/api/v1/machines/register', {
      key: mine.api_key,
      json: { machine_name: 'other', os: 'linux', agent_version: '1.0.0' },
    });
    expect(taken.status).toBe(403);
  });

  it('of a machine end when it enrols again, and of many at once one is left', async () => {
    const first = await register(server, 'again');
    const second = await register(server, 'again');
    expect(second.machine_id).toBe(first.machine_id);
    expect(await push(first, first.api_key)).toMatchObject({
      status: 401,
      body: { code: 'auth.key_revoked' },
    });
    const crowd = await Promise.all(Array.from({ length: 6 }, () => register(server, 'again')));
    const statuses = await Promise.all(
      [second, ...crowd].map(async (machine) => (await push(machine, machine.api_key)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('are refused with the reason: none, unknown, revoked, expired', async () => {
    const machines = (key: string | undefined) => call(server, 'GET', '/api/v1/machines', { key });
    expect((await machines(undefined)).body.code).toBe('auth.required');
    expect((await machines('psk_r_nonsense')).body.code).toBe('auth.invalid_key');
    expect((await machines('x'.repeat(5_000))).body.code).toBe('auth.invalid_key');

    const key = await makeKey(server, admin, { scope: 'read' });
    expect((await machines(key.api_key)).status).toBe(200);
    await call(server, 'DELETE', `/api/v1/api-keys/${key.id}`, { key: admin });
    expect((await machines(key.api_key)).body.code).toBe('auth.key_revoked');

    // A machine that stands still for three seconds cannot make a key that ends by then.
    const early = await waitFor('a key that is used before it ends', async () => {
      const expires_at = Date.now() + 3_000;
      const made = await call(server, 'POST', '/api/v1/api-keys', {
        key: admin,
        json: { name: 'short', scope: 'read', expires_at },
      });
      const answer = await machines(made.body.api_key);
      return Date.now() < expires_at ? { ...answer, key: made.body.api_key } : null;
    });
    expect(early.status).toBe(200);
    await waitFor('the key to expire', async () => {
      const answer = await machines(early.key);
      return answer.status === 401 && answer.body.code === 'auth.key_expired';
    });
    const past = await call(server, 'POST', '/api/v1/api-keys', {
      key: admin,
      json: { name: 'late', scope: 'read', expires_at: '2020-01-01T00:00:00Z' },
    });
    expect(past).toMatchObject({ status: 400, body: { code: 'api_keys.invalid' } });
  });

  it('are shown once, and listed without what would open anything', async () => {
    const made = await makeKey(server, admin, { scope: 'prometheus', name: 'scraper' });
    expect(made.api_key).toMatch(/^psk_p_[\w-]{43}$/);
    const list = await call(server, 'GET', '/api/v1/api-keys?limit=1000', { key: admin });
    expect(JSON.stringify(list.body)).not.toContain(made.api_key);
    expect(JSON.stringify(list.body)).not.toContain('hash');
    expect(list.body.items.map((key: { id: string }) => key.id)).toContain(made.id);
    await call(server, 'PATCH', `/api/v1/api-keys/${made.id}`, {
      key: admin,
      json: { name: 'renamed' },
    });
    const one = await call(server, 'GET', `/api/v1/api-keys/${made.id}`, { key: admin });
    expect(one.body).toMatchObject({ name: 'renamed', scope: 'prometheus', revoked_at: null });
  });

  it('for enrolment enrol as many machines as they may, also at the same moment', async () => {
    const key = await makeKey(server, admin, { scope: 'enroll', max_uses: 3 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => enrol(key.api_key, `limited ${index}`)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['auth.key_used_up']));
    const one = await call(server, 'GET', `/api/v1/api-keys/${key.id}`, { key: admin });
    expect(one.body).toMatchObject({ uses: 3, max_uses: 3 });
  });

  it('cannot be made for machines, or limited where it means nothing', async () => {
    for (const body of [{ scope: 'machine' }, { scope: 'read', max_uses: 1 }, { scope: 'root' }]) {
      const answer = await call(server, 'POST', '/api/v1/api-keys', {
        key: admin,
        json: { name: 'x', ...body },
      });
      expect(answer.status).toBe(400);
    }
  });
});

describe('a revocation', () => {
  afterEach(closeSockets);

  it('is felt on another replica within five seconds, on open sockets too', async () => {
    const server = await startServer({ database: 'postgres' });
    const replica = await startServer({ database: 'postgres', beside: server });
    try {
      const admin = await adminToken(server);
      const machine = await register(server, 'far away');
      const read = await makeKey(server, admin, { scope: 'read' });
      const login = await adminToken(server);

      const pushes = () =>
        call(replica, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: sample(machine, { timestamp: Date.now() }),
        });
      expect((await pushes()).status).toBe(200);
      const byKey = await connected(socketOf(replica, '/live', read.api_key));
      const byUser = await connected(socketOf(replica, '/live', login));
      const byMachine = await connected(socketOf(replica, '/agent', machine.api_key));

      await call(server, 'DELETE', `/api/v1/api-keys/${read.id}`, { key: admin });
      await call(server, 'POST', '/api/v1/auth/logout', { key: login });
      await call(server, 'POST', `/api/v1/machines/${machine.machine_id}/key/rotate`, {
        key: admin,
      });
      const startedAt = Date.now();
      await waitFor(
        'all to be refused',
        async () =>
          (await pushes()).status === 401 &&
          !byKey.connected &&
          !byUser.connected &&
          !byMachine.connected,
        REVOCATION_MS,
      );
      expect(Date.now() - startedAt).toBeLessThan(REVOCATION_MS);
      expect((await pushes()).body.code).toBe('auth.key_revoked');
    } finally {
      await replica.stop();
      await server.stop();
    }
  });
});

describe('limits', () => {
  it('hold back a key that pushes too often, and no other', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_INGEST_RATE_LIMIT: '5' },
    });
    try {
      const [eager, calm] = [await register(server, 'eager'), await register(server, 'calm')];
      const push = (machine: TestMachine) =>
        call(server, 'POST', '/api/v1/metrics', { key: machine.api_key, json: sample(machine) });
      const refused = await waitFor('a refusal', async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => push(eager)));
        return answers.find(({ status }) => status === 429);
      });
      expect(refused.body.code).toBe('auth.rate_limited');
      expect(refused.headers.get('retry-after')).toBe('1');
      expect((await push(calm)).status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  it('hold back an address that guesses enrolment keys or setup codes', async () => {
    const server = await startServer({ database: 'sqlite' });
    try {
      // All at once: what is held back comes again with time, and machines differ in speed.
      const statuses = async (
        count: number,
        attempt: (index: number) => Promise<Answer<object>>,
      ) => {
        const answers = await Promise.all(
          Array.from({ length: count }, (_, index) => attempt(index)),
        );
        return [...new Set(answers.map(({ status }) => status))].sort();
      };
      const guesses = await statuses(100, (index) =>
        call(server, 'POST', '/api/v1/machines/register', {
          key: `guess-number-${index}-of-many`,
          json: { machine_name: 'x', os: 'linux', agent_version: '1' },
        }),
      );
      expect(guesses).toEqual([401, 429]);
      const setups = await statuses(200, () =>
        call(server, 'POST', '/api/v1/auth/setup', {
          json: { code: 'AAAA', email: 'a@procspy.test', password: 'long enough password' },
        }),
      );
      expect(setups).toEqual([409, 429]);
    } finally {
      await server.stop();
    }
  });
});

describe('the open mode', () => {
  afterEach(closeSockets);

  it('needs no key, but refuses a wrong one wherever it is shown', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_AUTH_REQUIRED: 'false', PROCSPY_METRICS_PUBLIC: 'true' },
    });
    try {
      const admin = await adminToken(server);
      const machine = await register(server, 'open');
      const push = (key?: string) =>
        call(server, 'POST', '/api/v1/metrics', { key, json: sample(machine) });
      const enrol = (key?: string) =>
        call(server, 'POST', '/api/v1/machines/register', {
          key,
          json: { machine_name: 'another', os: 'linux', agent_version: '1.0.0' },
        });
      const machines = (key?: string) => call(server, 'GET', '/api/v1/machines', { key });
      const metrics = (key?: string) => call(server, 'GET', '/metrics', { key });
      const wrong = `psk_m_${'A'.repeat(43)}`;
      for (const ask of [push, enrol, machines, metrics]) {
        expect((await ask()).status).toBeLessThan(300);
        expect(await ask(wrong)).toMatchObject({
          status: 401,
          body: { code: 'auth.invalid_key' },
        });
      }
      const byStranger = await refused(socketOf(server, '/agent', wrong));
      expect(byStranger.code).toBe('auth.invalid_key');

      // A key that is good for something else takes nothing away from what anyone may do.
      const read = await makeKey(server, admin, { scope: 'read' });
      expect((await push(read.api_key)).status).toBe(200);
      expect((await machines(machine.api_key)).status).toBe(200);

      await call(server, 'POST', `/api/v1/machines/${machine.machine_id}/key/rotate`, {
        key: admin,
      });
      expect(await push(machine.api_key)).toMatchObject({
        status: 401,
        body: { code: 'auth.key_revoked' },
      });
    } finally {
      await server.stop();
    }
  });

  it('opens agents and reading, not administration, and warns at every start', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_AUTH_REQUIRED: 'false' },
    });
    try {
      const machine = await call(server, 'POST', '/api/v1/machines/register', {
        json: { machine_name: 'open', os: 'linux', agent_version: '1.0.0' },
      });
      expect(machine.status).toBe(201);
      const push = await call(server, 'POST', '/api/v1/metrics', { json: sample(machine.body) });
      expect(push.status).toBe(200);
      expect((await call(server, 'GET', '/api/v1/machines')).status).toBe(200);
      for (const path of [
        '/api/v1/users',
        '/api/v1/api-keys',
        '/api/v1/audit',
        '/api/v1/auth/me',
      ]) {
        expect((await call(server, 'GET', path)).status).toBe(401);
      }
      const deleted = await call(server, 'DELETE', `/api/v1/machines/${machine.body.machine_id}`);
      expect(deleted.status).toBe(401);
      expect((await call(server, 'GET', '/metrics')).status).toBe(401);
      await server.kill();
      await server.start();
      expect(server.output().match(/PROCSPY_AUTH_REQUIRED is false/g)).toHaveLength(2);
    } finally {
      await server.stop();
    }
  });
});
