/** The list of machines: filters, order, pages. */
import { adminToken, call, register, sample } from '../helpers/api.js';
import { DATABASES, startServer, type TestServer } from '../helpers/server.js';

describe.each(DATABASES)('the list of machines on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
    const values = [
      { name: 'Alpha', cpu: 30, tags: ['prod', 'db'] },
      { name: 'beta', cpu: 10, tags: ['prod'] },
      { name: 'gamma', cpu: 20, tags: [] },
      { name: 'delta', cpu: null, tags: ['test'] },
    ];
    for (const { name, cpu, tags } of values) {
      // Seldom enough to be online until the last test.
      const machine = await register(server, name, { interval_seconds: 600 });
      await call(server, 'PATCH', `/api/v1/machines/${machine.machine_id}`, {
        key: admin,
        json: { tags },
      });
      await call(server, 'POST', '/api/v1/metrics', {
        key: machine.api_key,
        json: sample(machine, { cpu }),
      });
    }
    await register(server, 'silent');
  });
  afterAll(() => server?.stop());

  const list = (query = '') => call(server, 'GET', `/api/v1/machines${query}`, { key: admin });
  const names = async (query: string) =>
    (await list(query)).body.items.map((item: { machine_name: string }) => item.machine_name);

  it.each([
    ['', ['Alpha', 'beta', 'delta', 'gamma', 'silent']],
    ['?sort=-name', ['silent', 'gamma', 'delta', 'beta', 'Alpha']],
    ['?sort=cpu&status=online', ['beta', 'gamma', 'Alpha', 'delta']],
    ['?sort=-cpu&status=online', ['Alpha', 'gamma', 'beta', 'delta']],
    ['?sort=registered_at', ['Alpha', 'beta', 'gamma', 'delta', 'silent']],
    ['?sort=-last_seen_at', ['delta', 'gamma', 'beta', 'Alpha', 'silent']],
    ['?status=pending', ['silent']],
    ['?tag=prod', ['Alpha', 'beta']],
    ['?search=ALPH', ['Alpha']],
    ['?search=test', ['delta']],
    ['?tag=prod&search=bet', ['beta']],
    ['?tag=nothing', []],
  ])('answers %s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it.each(['name', '-cpu', '-last_seen_at', 'status'])('pages through sort=%s', async (sort) => {
    const whole = await names(`?sort=${sort}`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await list(`?sort=${sort}&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      expect(body.total).toBe(5);
      seen.push(...body.items.map((item: { machine_name: string }) => item.machine_name));
      cursor = body.next;
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it.each([
    ['?sort=color', 'sort'],
    ['?limit=0', 'limit'],
    ['?limit=many', 'limit'],
    ['?status=dreaming', 'status'],
    ['?cursor=nonsense', 'cursor'],
    ['?colour=1', 'colour'],
  ])('refuses %s and names the field', async (query, field) => {
    const { status, body } = await list(query);
    expect(status).toBe(400);
    expect(String(body.message)).toContain(field);
  });
});
