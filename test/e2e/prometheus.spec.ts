/** `/metrics` and `/health`, as Prometheus and load balancers see them. */
import { adminToken, call, register, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

describe.each(DATABASES)('observability on %s', (database) => {
  let server: TestServer;
  let admin: string;
  let scraper: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
    const key = await call(server, 'POST', '/api/v1/api-keys', {
      key: admin,
      json: { name: 'prometheus', scope: 'prometheus' },
    });
    scraper = key.body.api_key;
  });
  afterAll(() => server?.stop());

  const scrape = async (): Promise<string> =>
    (await call(server, 'GET', '/metrics', { key: scraper })).body;
  const lines = (text: string, machine_id: string) =>
    text.split('\n').filter((line) => line.includes(machine_id));

  it('is for keys with the scope prometheus only', async () => {
    const machine = await register(server, 'scrapes');
    const status = async (key?: string) => (await call(server, 'GET', '/metrics', { key })).status;
    expect(await status()).toBe(401);
    expect(await status(admin)).toBe(403);
    expect(await status(machine.api_key)).toBe(403);
    const { headers } = await call(server, 'GET', '/metrics', { key: scraper });
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('exposes the latest sample of a machine in base units', async () => {
    const machine = await register(server, 'web "1"');
    await call(server, 'POST', '/api/v1/metrics', {
      key: machine.api_key,
      json: sample(machine, { temperature: 41.5, load1: 0.25, gpu: null }),
    });
    const labels = `{machine_id="${machine.machine_id}",machine="web \\"1\\""}`;
    expect(lines(await scrape(), machine.machine_id)).toEqual([
      `procspy_machine_up${labels} 1`,
      `procspy_machine_info{os="linux",agent_version="0.1.0",${labels.slice(1)} 1`,
      `procspy_machine_cpu_usage_ratio${labels} 0.253`,
      `procspy_machine_memory_usage_ratio${labels} 0.405`,
      `procspy_machine_disk_usage_ratio${labels} 0.702`,
      `procspy_machine_network_receive_bytes_per_second${labels} 1200`,
      `procspy_machine_network_transmit_bytes_per_second${labels} 800`,
      `procspy_machine_load1${labels} 0.25`,
      `procspy_machine_temperature_celsius${labels} 41.5`,
    ]);
  });

  it('counts what the server does', async () => {
    const text = await scrape();
    expect(text).toMatch(/^procspy_ingest_samples_total\{result="accepted"\} [1-9]/m);
    expect(text).toMatch(
      /^procspy_http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/metrics",status="200"\} [1-9]/m,
    );
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).not.toContain('machines/:id/');
  });

  it('says that it lives, in plain text', async () => {
    const { status, headers, body } = await call(server, 'GET', '/health');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body).toBe('procspy is live!');
  });

  it('says that it is ready', async () => {
    const { status, body } = await call(server, 'GET', '/health/ready');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ready',
      database: 'reachable',
      migrations: 'done',
      stopping: false,
    });
  });
});

describe('/metrics in public', () => {
  it('needs no key if the setting says so', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_METRICS_PUBLIC: 'true' },
    });
    try {
      expect((await call(server, 'GET', '/metrics')).status).toBe(200);
    } finally {
      await server.stop();
    }
  });
});
