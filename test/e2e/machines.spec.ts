/** Registration, changes and deletion of machines, over HTTP. */
import { randomUUID } from 'node:crypto';
import { adminToken, call, register, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

const REGISTER = '/api/v1/machines/register';
const FACTS = { os: 'linux', agent_version: '1.0.0' };

describe.each(DATABASES)('machines on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });
  afterAll(() => server?.stop());

  const enrol = (json: object) =>
    call(server, 'POST', REGISTER, { key: server.enrollmentKey, json: { ...FACTS, ...json } });
  const detail = (id: string) => call(server, 'GET', `/api/v1/machines/${id}`, { key: admin });
  const push = (machine: { machine_id: string; api_key: string }, changes = {}) =>
    call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, changes),
    });

  describe('registration', () => {
    it('answers with the id and a key, and keeps what the agent said', async () => {
      const answer = await enrol({
        machine_name: ' web-1 ',
        machine_fingerprint: 'facts-0123456789',
        tags: ['prod', ' eu ', 'prod'],
        host: { hostname: 'web-1', cpu_cores: 8, kernel: null, invented_later: 1 },
        interval_seconds: 10,
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        status: 'registered',
        machine_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        api_key: expect.any(String),
      });
      expect((await detail(answer.body.machine_id)).body).toMatchObject({
        machine_name: 'web-1',
        os: 'linux',
        agent_version: '1.0.0',
        tags: ['prod', 'eu'],
        status: 'pending',
        interval_seconds: 10,
        last_seen_at: null,
        identity_conflict: false,
        clock_offset_seconds: null,
        latest: null,
        host: { hostname: 'web-1', cpu_cores: 8, kernel: null },
      });
    });

    it('is the same machine for the same fingerprint, and ends the key before', async () => {
      const first = await enrol({ machine_name: 'a', machine_fingerprint: 'same-0123456789' });
      const again = await enrol({ machine_name: 'b', machine_fingerprint: 'same-0123456789' });
      expect(again.body.machine_id).toBe(first.body.machine_id);
      expect(again.body.api_key).not.toBe(first.body.api_key);
      expect((await push(first.body)).body.code).toBe('auth.key_revoked');
      expect((await push(again.body)).status).toBe(200);
    });

    it('is the same machine for the same name where there is no fingerprint', async () => {
      const first = await enrol({ machine_name: 'nameless' });
      const again = await enrol({ machine_name: 'nameless' });
      const other = await enrol({ machine_name: 'nameless', machine_fingerprint: 'fp-0123456789' });
      expect(again.body.machine_id).toBe(first.body.machine_id);
      expect(other.body.machine_id).not.toBe(first.body.machine_id);
    });

    it('makes one machine of twenty registrations at the same moment', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          enrol({ machine_name: 'crowd', machine_fingerprint: 'crowd-0123456789' }),
        ),
      );
      const registered = answers.filter(({ status }) => status === 201);
      expect(new Set(registered.map(({ body }) => body.machine_id)).size).toBe(1);
      // More than so many at once may be told to come back, but nothing else.
      for (const { status, body } of answers) {
        expect([201, 503]).toContain(status);
        expect(status === 503 ? body.code : 'auth.key_contended').toBe('auth.key_contended');
      }
      const list = await call(server, 'GET', '/api/v1/machines?search=crowd', { key: admin });
      expect(list.body.total).toBe(1);
      const works = await Promise.all(registered.map(({ body }) => push(body)));
      expect(works.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it("updates the facts by the machine's own key, without a new key", async () => {
      const { body: machine } = await enrol({
        machine_name: 'own',
        machine_fingerprint: 'own-0123456789',
      });
      const answer = await call(server, 'POST', REGISTER, {
        key: machine.api_key,
        json: {
          machine_name: 'own-renamed',
          machine_fingerprint: 'own-0123456789',
          os: 'windows',
          agent_version: '2.0.0',
        },
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({ status: 'registered', machine_id: machine.machine_id });
      expect((await detail(machine.machine_id)).body).toMatchObject({
        machine_name: 'own-renamed',
        os: 'windows',
        agent_version: '2.0.0',
      });
      expect((await push(machine)).status).toBe(200);
    });

    it("refuses a machine's key for another machine", async () => {
      const { body: mine } = await enrol({
        machine_name: 'mine',
        machine_fingerprint: 'mine-0123456789',
      });
      await enrol({ machine_name: 'theirs', machine_fingerprint: 'theirs-0123456789' });
      const answer = await call(server, 'POST', REGISTER, {
        key: mine.api_key,
        json: { ...FACTS, machine_name: 'mine', machine_fingerprint: 'theirs-0123456789' },
      });
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('machines.other_machine');
      expect(answer.body.message).toContain('machine_fingerprint');
    });

    it.each([
      [{}, 'machine_name'],
      [{ machine_name: '' }, 'machine_name'],
      [{ machine_name: 'x'.repeat(129) }, 'machine_name'],
      [{ machine_name: 'a\u0000b' }, 'machine_name'],
      [{ machine_name: 'a\u202eb' }, 'machine_name'],
      [{ machine_name: { toString: 'x' } }, 'machine_name'],
      [{ machine_name: 'ok', os: 5 }, 'os'],
      [{ machine_name: 'ok', tags: Array.from({ length: 33 }, (_, i) => `t${i}`) }, 'tags'],
      [{ machine_name: 'ok', tags: ['x'.repeat(65)] }, 'tags'],
      [{ machine_name: 'ok', tags: 'prod' }, 'tags'],
      [{ machine_name: 'ok', machine_fingerprint: 'short' }, 'machine_fingerprint'],
      [{ machine_name: 'ok', host: [] }, 'host'],
      [{ machine_name: 'ok', host: { cpu_cores: 'many' } }, 'host.cpu_cores'],
      [{ machine_name: 'ok', host: { cpu_model: 'x'.repeat(201) } }, 'host.cpu_model'],
      [{ machine_name: 'ok', interval_seconds: 0 }, 'interval_seconds'],
      [{ machine_name: 'ok', surprise: 1 }, 'surprise'],
    ])('refuses %j and names the field', async (json, field) => {
      const answer = await enrol(json);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('request.invalid');
      expect(answer.body.message).toEqual([expect.stringContaining(field)]);
      const list = await call(server, 'GET', '/api/v1/machines?search=ok', { key: admin });
      expect(list.body.total).toBe(0);
    });

    it('needs an enrolment key', async () => {
      const json = { ...FACTS, machine_name: 'stranger' };
      expect((await call(server, 'POST', REGISTER, { json })).status).toBe(401);
      expect((await call(server, 'POST', REGISTER, { json, key: admin })).status).toBe(403);
    });
  });

  describe('one machine', () => {
    it('shows the latest sample with devices, and is online', async () => {
      const machine = await register(server, 'shown');
      await push(machine, { devices: { cores: [{ name: '0', usage: 12 }] } });
      const { body } = await detail(machine.machine_id);
      expect(body.status).toBe('online');
      expect(body.latest).toMatchObject({ cpu: 25.3, gpu: null });
      expect(body.latest.devices).toEqual({ cores: [{ name: '0', usage: 12 }] });
      const list = await call(server, 'GET', '/api/v1/machines?search=shown', { key: admin });
      expect(list.body.items[0].latest.cpu).toBe(25.3);
      expect(list.body.items[0].latest.devices).toBeUndefined();
    });

    it('keeps the newest sample when an older one arrives later', async () => {
      const machine = await register(server, 'late');
      const now = Date.now();
      await push(machine, { cpu: 1, timestamp: now });
      await push(machine, { cpu: 2, timestamp: now - 60_000 });
      const { body } = await detail(machine.machine_id);
      expect(body.latest.cpu).toBe(1);
      expect(Date.parse(body.last_seen_at)).toBeGreaterThanOrEqual(now - 1_000);
    });

    it('is renamed and tagged by an admin, and stays so when its agent starts again', async () => {
      const machine = await register(server, 'agent-name');
      const path = `/api/v1/machines/${machine.machine_id}`;
      const changed = await call(server, 'PATCH', path, {
        key: admin,
        json: { machine_name: 'Database 1', tags: ['db'] },
      });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ machine_name: 'Database 1', tags: ['db'] });
      await call(server, 'POST', REGISTER, {
        key: machine.api_key,
        json: { ...FACTS, machine_name: 'agent-name' },
      });
      expect((await detail(machine.machine_id)).body).toMatchObject({
        machine_name: 'Database 1',
        tags: ['db'],
      });
      const faulty = await call(server, 'PATCH', path, {
        key: admin,
        json: { machine_name: null },
      });
      expect(faulty.body.message).toEqual([expect.stringContaining('machine_name')]);
    });

    it('gets a new key once, and the old one ends', async () => {
      const machine = await register(server, 'rotated');
      const path = `/api/v1/machines/${machine.machine_id}/key/rotate`;
      const rotated = await call(server, 'POST', path, { key: admin });
      expect(rotated.status).toBe(201);
      expect((await push(machine)).status).toBe(401);
      expect((await push({ ...machine, api_key: rotated.body.api_key })).status).toBe(200);
    });

    it('is gone after its deletion, with its key; its host may register anew', async () => {
      const machine = await register(server, 'doomed');
      await push(machine);
      const path = `/api/v1/machines/${machine.machine_id}`;
      expect((await call(server, 'DELETE', path, { key: admin })).status).toBe(204);
      expect((await call(server, 'DELETE', path, { key: admin })).status).toBe(404);
      expect((await detail(machine.machine_id)).body.code).toBe('machines.not_found');
      expect((await push(machine)).status).toBe(401);
      const list = await call(server, 'GET', '/api/v1/machines?search=doomed', { key: admin });
      expect(list.body).toEqual({ items: [], total: 0, next: null });
      const anew = await register(server, 'doomed');
      expect(anew.machine_id).not.toBe(machine.machine_id);
    });

    it('says so when there is none, or when the id is none', async () => {
      expect((await detail(randomUUID())).body).toMatchObject({
        statusCode: 404,
        code: 'machines.not_found',
      });
      const faulty = await detail('42');
      expect(faulty.body).toMatchObject({ statusCode: 400, code: 'request.invalid' });
      expect(faulty.body.message).toEqual([expect.stringContaining('id')]);
    });

    it('shows that two agents push as one machine', async () => {
      const machine = await register(server, 'twins');
      for (const instance of ['one', 'two', 'one']) {
        await call(server, 'POST', '/api/v1/metrics', {
          key: machine.api_key,
          json: sample(machine),
          headers: { 'x-procspy-instance': instance },
        });
      }
      expect((await detail(machine.machine_id)).body.identity_conflict).toBe(true);
    });
  });

  it('remembers the latest samples across a restart', async () => {
    const machine = await register(server, 'survivor');
    await push(machine, { cpu: 78 });
    expect(await server.terminate()).toBe(0);
    await server.start();
    expect((await detail(machine.machine_id)).body).toMatchObject({
      status: 'online',
      latest: { cpu: 78 },
    });
  });
});
