/** History over HTTP: columns, several machines, devices, exports, bounds. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { adminToken, call, register, sample, type TestMachine } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each(DATABASES)('history on %s', (database) => {
  /** A whole ten minutes, some hours ago. */
  const start = Math.floor((Date.now() - 3 * HOUR) / (10 * MINUTE)) * 10 * MINUTE;
  let server: TestServer;
  let admin: string;
  let machine: TestMachine;
  let other: TestMachine;

  beforeAll(async () => {
    server = await startServer({ database, env: { PROCSPY_METRICS_PUBLIC: 'true' } });
    admin = await adminToken(server);
    machine = await register(server, 'one');
    other = await register(server, 'two');
    // One sample every 10 seconds for ten minutes, with two minutes missing.
    const samples = Array.from({ length: 60 }, (_, index) =>
      sample(machine, {
        timestamp: start + index * 10_000,
        cpu: index,
        devices: { interfaces: [{ name: 'eth0', network_in: index * 10 }] },
      }),
    ).filter((_, index) => index < 24 || index >= 36);
    const answer = await call(server, 'POST', '/api/v1/metrics/batch', {
      key: machine.api_key,
      json: { samples },
    });
    expect(answer.body).toMatchObject({ accepted: 48 });
    await call(server, 'POST', '/api/v1/metrics', {
      key: other.api_key,
      json: sample(other, { timestamp: start, cpu: 99 }),
    });
  });

  afterAll(() => server.stop());

  const get = (path: string) => call(server, 'GET', path, { key: admin });

  it('comes in columns of one length on the grid of the step, null where nothing was', async () => {
    const { status, body } = await get(
      `/api/v1/machines/${machine.machine_id}/metrics?from=${start}&to=${start + 10 * MINUTE}&points=60&metrics=cpu,ram`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      machine_id: machine.machine_id,
      from: new Date(start).toISOString(),
      to: new Date(start + 10 * MINUTE).toISOString(),
      step_seconds: 10,
      tier: 'raw',
    });
    expect(Object.keys(body.columns)).toEqual(['timestamp', 'cpu', 'ram']);
    expect(body.columns.timestamp).toEqual(
      Array.from({ length: 60 }, (_, index) => start + index * 10_000),
    );
    expect(body.columns.cpu).toEqual(
      Array.from({ length: 60 }, (_, index) => (index < 24 || index >= 36 ? index : null)),
    );
  });

  it('comes with extremes from a rolled-up tier, also before it is rolled up', async () => {
    const { body } = await get(
      `/api/v1/machines/${machine.machine_id}/metrics?from=${start}&to=${start + 10 * MINUTE}&points=10&metrics=cpu`,
    );
    expect(body).toMatchObject({ step_seconds: 60, tier: '1m' });
    expect(body.columns.cpu).toEqual([2.5, 8.5, 14.5, 20.5, null, null, 38.5, 44.5, 50.5, 56.5]);
    expect(body.columns.cpu_max.slice(0, 2)).toEqual([5, 11]);
    expect(body.columns.cpu_min.slice(0, 2)).toEqual([0, 6]);
  });

  it('takes ISO 8601 as well as epoch milliseconds', async () => {
    const from = new Date(start).toISOString();
    const to = new Date(start + MINUTE).toISOString();
    const { body } = await get(
      `/api/v1/machines/${machine.machine_id}/metrics?from=${from}&to=${to}&points=6`,
    );
    expect(body.columns.cpu).toEqual([0, 1, 2, 3, 4, 5]);
    expect(body.columns.gpu).toEqual([null, null, null, null, null, null]);
  });

  it('answers several machines on one time axis', async () => {
    const { body } = await get(
      `/api/v1/metrics?machine_ids=${other.machine_id},${machine.machine_id}&metrics=cpu&from=${start}&to=${start + 20_000}&points=2`,
    );
    expect(body.timestamp).toEqual([start, start + 10_000]);
    expect(body.machines).toEqual([
      { machine_id: other.machine_id, columns: { cpu: [99, null] } },
      { machine_id: machine.machine_id, columns: { cpu: [0, 1] } },
    ]);
  });

  it('answers all machines by one word, as long as the answer stays small', async () => {
    const range = `metrics=cpu&from=${start}&to=${start + 20_000}&points=2`;
    const { body } = await get(`/api/v1/metrics?machine_ids=all&${range}`);
    expect(body.timestamp).toEqual([start, start + 10_000]);
    expect(body.machines).toHaveLength(2);
    expect(body.machines).toContainEqual({
      machine_id: other.machine_id,
      columns: { cpu: [99, null] },
    });
    const refused = async (query: string) => {
      const answer = await get(`/api/v1/metrics?${query}`);
      return [answer.status, answer.body.code];
    };
    expect(await refused(`machine_ids=all,${machine.machine_id}`)).toEqual([
      400,
      'request.invalid',
    ]);
    expect(await refused('machine_ids=everything')).toEqual([400, 'request.invalid']);

    // Twelve machines x 18 metrics x 5,000 points are more than a million.
    await Promise.all(Array.from({ length: 10 }, (_, index) => register(server, `more-${index}`)));
    const large = `from=${start - 50_000_000}&to=${start}&points=5000`;
    expect(await refused(`machine_ids=all&${large}`)).toEqual([400, 'metrics.too_many_values']);
    expect((await get(`/api/v1/metrics?machine_ids=all&${large}&metrics=cpu`)).status).toBe(200);
  });

  it('answers the devices of one kind', async () => {
    const { body } = await get(
      `/api/v1/machines/${machine.machine_id}/devices?kind=interface&from=${start}&to=${start + 30_000}&points=3`,
    );
    expect(body).toMatchObject({
      kind: 'interface',
      timestamp: [start, start + 10_000, start + 20_000],
      devices: [{ name: 'eth0', columns: { network_in: [0, 10, 20] } }],
    });
  });

  it('exports every sample of a range as CSV and as NDJSON, oldest first', async () => {
    const path = `/api/v1/machines/${machine.machine_id}/metrics/export?from=${start}&to=${start + MINUTE}`;
    const csv = await get(`${path}&format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const [head = '', first = '', ...rest] = String(csv.body).trim().split('\n');
    expect(head.split(',').slice(0, 4)).toEqual(['timestamp', 'cpu', 'ram', 'disk']);
    expect(first.split(',').slice(0, 4)).toEqual([
      new Date(start).toISOString(),
      '0',
      '40.5',
      '70.2',
    ]);
    expect(rest).toHaveLength(5);
    const ndjson = await get(`${path}&format=ndjson`);
    const lines = String(ndjson.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(6);
    expect(Object.keys(lines[0])[0]).toBe('timestamp');
    expect(lines[5]).toMatchObject({ cpu: 5, gpu: null });
  });

  it('reads an export no further than its reader does, and stops when the reader goes away', async () => {
    const long = await register(server, 'long');
    const total = 60_000;
    for (let done = 0; done < total; done += 1_000) {
      const samples = Array.from({ length: 1_000 }, (_, index) =>
        sample(long, { timestamp: start + done + index }),
      );
      await call(server, 'POST', '/api/v1/metrics/batch', { key: long.api_key, json: { samples } });
    }
    const exported = async () => {
      const { body } = await get('/metrics');
      const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(body)?.[1]);
      return {
        open: value('procspy_exports_open'),
        samples: value('procspy_exported_samples_total'),
      };
    };
    const before = (await exported()).samples;
    const path = `/api/v1/machines/${long.machine_id}/metrics/export?format=ndjson`;
    const [response] = (await once(
      request(new URL(path, server.url), { headers: { authorization: `Bearer ${admin}` } }).end(),
      'response',
    )) as [IncomingMessage];
    // A reader that takes nothing more: what is on the way already is all there will be.
    await once(response, 'readable');
    expect((await exported()).open).toBe(1);
    response.destroy();
    await waitFor('the export to end', async () => (await exported()).open === 0);
    expect((await exported()).samples - before).toBeLessThan(total / 2);
    expect(server.output()).not.toContain('"level":50');
  });

  it.each([
    ['from after to', 'from=2000&to=1000', 'from must be before to'],
    ['an empty range', 'from=1000&to=1000', 'from must be before to'],
    ['a start in the future alone', 'from=9000000000000', 'from must be before to'],
    ['too many points', 'points=5001', 'points must be at most 5000'],
    ['no points', 'points=0', 'points must be at least 1'],
    ['an unknown metric', 'metrics=cpu,speed', 'metrics'],
    ['a time that is none', 'from=noon', 'from must be ISO 8601'],
    ['an unknown parameter', 'step=5', 'step is not a known field'],
    ['more than ten years', 'from=0', 'ten years'],
    ['the end of time', 'from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59Z', 'to must not be'],
  ])('refuses %s', async (_, query, message) => {
    const { status, body } = await get(`/api/v1/machines/${machine.machine_id}/metrics?${query}`);
    expect(status).toBe(400);
    expect([body.message].flat().join()).toContain(message);
  });

  it.each([
    ['in the future', `from=${Date.now() + 2 * HOUR}&to=${Date.now() + 3 * HOUR}&points=60`, 61],
    ['of one point', `from=${start + 1}&to=${start + HOUR - 1}&points=1`, 2],
    ['of a millisecond', `from=${start}&to=${start + 1}&points=5000`, 1],
  ])('answers a range %s', async (_, query, most) => {
    const { status, body } = await get(`/api/v1/machines/${machine.machine_id}/metrics?${query}`);
    expect(status).toBe(200);
    expect(body.columns.timestamp.length).toBeGreaterThanOrEqual(1);
    expect(body.columns.timestamp.length).toBeLessThanOrEqual(most);
    expect(body.columns.cpu).toHaveLength(body.columns.timestamp.length);
  });

  it('knows no machine it does not know', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await get(`/api/v1/machines/${unknown}/metrics`)).toMatchObject({
      status: 404,
      body: { code: 'machines.not_found' },
    });
    expect(await get(`/api/v1/metrics?machine_ids=${unknown}`)).toMatchObject({ status: 404 });
    expect(await get('/api/v1/machines/seven/metrics')).toMatchObject({
      status: 400,
      body: { message: ['id must be a UUID'] },
    });
  });

  it('says how much is stored and how long the space lasts', async () => {
    const { body } = await get('/api/v1/storage');
    expect(body).toMatchObject({
      total_bytes: expect.any(Number),
      budget_bytes: null,
      converted_from: null,
      tiers: { raw: { retention_days: 30 }, '1m': { retention_days: 90 } },
    });
    expect(body.total_bytes).toBeGreaterThan(0);
  });
});
