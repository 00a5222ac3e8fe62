/** Pushing samples: what is taken, what is refused and how, and that nothing acknowledged is lost. */
import { gzipSync } from 'node:zlib';
import { PUSH_LIMITS } from '../../src/contracts/index.js';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

const DAY = 86_400_000;

describe.each(DATABASES)('ingest on %s', (database) => {
  let server: TestServer;
  let machine: TestMachine;
  let admin: string;
  let machines = 0;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    machine = await register(server, `machine ${++machines}`);
  });

  const push = (json: unknown) =>
    call(server, 'POST', '/api/v1/metrics', { key: machine.api_key, json });
  const pushBatch = (json: unknown) =>
    call(server, 'POST', '/api/v1/metrics/batch', { key: machine.api_key, json });

  /** Every stored sample of the machine, oldest first. */
  async function stored(): Promise<{ timestamp: string; cpu: number | null }[]> {
    const { body } = await call(
      server,
      'GET',
      `/api/v1/machines/${machine.machine_id}/metrics/export?format=ndjson`,
      { key: admin },
    );
    return String(body)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  it('takes the smallest push with either header, and stores it', async () => {
    const answer = await push(sample(machine));
    expect(answer).toMatchObject({ status: 200, body: { status: 'metrics_received' } });
    const withHeader = await call(server, 'POST', '/api/v1/metrics', {
      headers: { 'x-api-key': machine.api_key },
      json: sample(machine, { cpu: 26 }),
    });
    expect(withHeader.status).toBe(200);
    expect((await stored()).map(({ cpu }) => cpu)).toEqual([25.3, 26]);
  });

  it('stores the same machine and timestamp once', async () => {
    const timestamp = new Date().toISOString();
    await push(sample(machine, { timestamp, cpu: 1 }));
    const again = await push(sample(machine, { timestamp: Date.parse(timestamp), cpu: 2 }));
    expect(again).toMatchObject({ status: 200, body: { status: 'metrics_received' } });
    expect(await stored()).toMatchObject([{ timestamp, cpu: 1 }]);
  });

  it('keeps the good samples of a batch and lists the others by index', async () => {
    const now = Date.now();
    const answer = await pushBatch({
      samples: [
        sample(machine, { timestamp: now, cpu: 1 }),
        sample(machine, { timestamp: now + 1, cpu: 101 }),
        sample(machine, { timestamp: now, cpu: 1 }),
        sample({ machine_id: '00000000-0000-4000-8000-000000000000' }, { timestamp: now }),
        sample(machine, { timestamp: now + 2, cpu: 3 }),
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'metrics_received',
        accepted: 2,
        duplicates: 1,
        rejected: [
          { index: 1, message: 'cpu must be at most 100' },
          { index: 3, message: expect.stringContaining('machine_id') },
        ],
      },
    });
    expect((await stored()).map(({ cpu }) => cpu)).toEqual([1, 3]);
  });

  it.each<[string, object, string]>([
    ['an unknown field', { cpus: 4 }, 'cpus is not a known field'],
    ['a string for a number', { cpu: '25' }, 'cpu must be number or null'],
    ['a percent over 100', { ram: 100.5 }, 'ram must be at most 100'],
    ['negative bytes', { network_in: -1 }, 'network_in must be at least 0'],
    ['the far future', { timestamp: Date.now() + DAY }, 'timestamp is more than 5 minutes'],
    ['before the retention', { timestamp: Date.now() - 31 * DAY }, 'timestamp is before'],
    ['a timestamp that is none', { timestamp: 'noon' }, 'timestamp must be ISO 8601'],
  ])('refuses %s, naming the field, and stores nothing', async (_, changes, message) => {
    const answer = await push(sample(machine, changes));
    expect(answer).toMatchObject({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        code: expect.stringMatching(/^metrics\.invalid_/),
        request_id: expect.any(String),
      },
    });
    expect([answer.body.message].flat().join()).toContain(message);
    expect(await stored()).toEqual([]);
  });

  it.each<[string, string, number, string]>([
    ['NaN', '{"cpu": NaN}', 400, 'request.invalid_json'],
    ['malformed JSON', '{"cpu": 1,,}', 400, 'request.invalid_json'],
    ['truncated JSON', '{"cpu": 1, "ram"', 400, 'request.invalid_json'],
    ['an empty body', '', 400, 'request.invalid_json'],
    ['a forged prototype', '{"__proto__": {"cpu": 1}}', 400, 'request.invalid_json'],
    ['a list', '[]', 400, 'metrics.invalid_sample'],
  ])('refuses %s', async (_, body, status, code) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      body,
      headers,
    });
    expect(answer).toMatchObject({ status, body: { statusCode: status, code } });
  });

  it('refuses another content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const answer = await call(server, 'POST', '/api/v1/metrics', {
        key: machine.api_key,
        body: 'cpu=1',
        headers: { 'content-type': type },
      });
      expect(answer).toMatchObject({
        status: 415,
        body: { code: 'request.unsupported_content_type' },
      });
    }
  });

  it('refuses an empty batch, no batch, and one over the limit', async () => {
    expect(await pushBatch({ samples: [] })).toMatchObject({
      status: 400,
      body: { code: 'metrics.empty_batch' },
    });
    expect(await pushBatch({ sample: [] })).toMatchObject({
      status: 400,
      body: { code: 'metrics.invalid_batch' },
    });
    const samples = Array.from({ length: PUSH_LIMITS.batchSamples + 1 }, () => sample(machine));
    expect(await pushBatch({ samples })).toMatchObject({
      status: 413,
      body: { code: 'metrics.batch_too_large' },
    });
    expect(await stored()).toEqual([]);
  });

  it('takes compressed bodies, and bounds what they inflate to', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const timestamp = Date.now();
    const good = gzipSync(JSON.stringify({ samples: [sample(machine, { timestamp })] }));
    const options = { key: machine.api_key, headers };
    const answer = await call(server, 'POST', '/api/v1/metrics/batch', { ...options, body: good });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    const refused = await call(server, 'POST', '/api/v1/metrics/batch', { ...options, body: bomb });
    expect(refused).toMatchObject({ status: 413, body: { code: 'request.body_too_large' } });
    const broken = await call(server, 'POST', '/api/v1/metrics/batch', {
      ...options,
      body: Buffer.from('no gzip'),
    });
    expect(broken.status).toBe(400);
  });

  it('refuses a body over the limit', async () => {
    const body = JSON.stringify({ samples: ['x'.repeat(PUSH_LIMITS.bodyBytes)] });
    const answer = await call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status: 413, body: { code: 'request.body_too_large' } });
  });

  it("refuses another machine's key, no key and a wrong key", async () => {
    const other = await register(server, `other ${machines}`);
    const json = sample(machine);
    const path = '/api/v1/metrics';
    expect(await call(server, 'POST', path, { key: other.api_key, json })).toMatchObject({
      status: 403,
      body: { code: 'metrics.other_machine' },
    });
    expect(await call(server, 'POST', path, { json })).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
    });
    expect(await call(server, 'POST', path, { key: 'psk_m_wrong', json })).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid_key' },
    });
    expect(await stored()).toEqual([]);
  });

  it('acknowledges concurrent pushes each after its own commit', async () => {
    const now = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => push(sample(machine, { timestamp: now + index }))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await stored()).toHaveLength(200);
  });

  it('keeps devices and reasons beside the metrics', async () => {
    const timestamp = Math.floor(Date.now() / 10_000) * 10_000;
    await push(
      sample(machine, {
        timestamp,
        devices: { filesystems: [{ name: '/', usage: 71.5, total_bytes: 1e12 }] },
        missing: { temperature: 'no sensor' },
      }),
    );
    const { body } = await call(
      server,
      'GET',
      `/api/v1/machines/${machine.machine_id}/devices?kind=filesystem&from=${timestamp}&to=${timestamp + 10_000}&points=1`,
      { key: admin },
    );
    expect(body).toMatchObject({
      kind: 'filesystem',
      devices: [{ name: '/', columns: { usage: [71.5], total_bytes: [1e12] } }],
    });
  });
});

describe('ingest in the open mode', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', env: { PROCSPY_AUTH_REQUIRED: 'false' } });
  });

  afterAll(() => server.stop());

  it('takes pushes without a key, for known machines only', async () => {
    const { body: machine } = await call(server, 'POST', '/api/v1/machines/register', {
      json: { machine_name: 'open', os: 'linux', agent_version: '0.1.0' },
    });
    const taken = await call(server, 'POST', '/api/v1/metrics', { json: sample(machine) });
    expect(taken.status).toBe(200);
    const unknown = await call(server, 'POST', '/api/v1/metrics', {
      json: sample({ machine_id: '00000000-0000-4000-8000-000000000000' }),
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'machines.not_found' } });
  });
});
