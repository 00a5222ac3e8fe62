/** What people set for themselves: kept for each user, merged by name, gone with the user. */
import { join } from 'node:path';
import { Client } from 'pg';
import { Database } from '../../src/database/sqlite-driver.js';
import { adminToken, call } from '../helpers/api.js';
import { ADMIN, DATABASES, startServer, type TestServer } from '../helpers/server.js';

const PATH = '/api/v1/auth/preferences';

describe.each(DATABASES)('preferences on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  const change = (json: unknown, key = admin) => call(server, 'PATCH', PATH, { key, json });
  const read = async (key = admin) => (await call(server, 'GET', PATH, { key })).body;

  /** A new user's id and token. */
  async function newUser(email: string): Promise<{ id: string; key: string }> {
    const account = { email, password: ADMIN.password };
    const json = { ...account, role: 'viewer' };
    const { body } = await call(server, 'POST', '/api/v1/users', { key: admin, json });
    const signedIn = await call(server, 'POST', '/api/v1/auth/login', { json: account });
    return { id: body.id, key: signedIn.body.access_token };
  }

  it('are set by name, kept as they are, and removed by null', async () => {
    const { key } = await newUser('setter@procspy.test');
    expect(await read(key)).toEqual({});
    const values = { units: 'binary', 'fleet.columns': ['cpu', 'é\u0000'], wide: { on: true } };
    expect(await change(values, key)).toMatchObject({ status: 200, body: values });
    expect((await change({ units: null, language: 'en' }, key)).status).toBe(200);
    const { units: _, ...left } = values;
    expect(await read(key)).toEqual({ ...left, language: 'en' });
    expect((await change({}, key)).status).toBe(200);
    expect(await read(key)).toEqual({ ...left, language: 'en' });
  });

  it('of several calls at once are all kept', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `at_once.n${index}`);
    const answers = await Promise.all(names.map((name) => change({ [name]: name })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(await read()).toMatchObject(Object.fromEntries(names.map((name) => [name, name])));
  });

  it('are refused with the reason', async () => {
    const before = await read();
    for (const body of [[], 'text', 1, null, [{}]]) {
      expect(await change(body)).toMatchObject({ status: 400 });
    }
    expect(await change({ 'Not A Name': 1, fine: 1 })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', message: [expect.stringMatching(/^"Not A Name" must be/)] },
    });
    expect(await change({ large: 'x'.repeat(16_384) })).toMatchObject({
      status: 413,
      body: { code: 'auth.preferences_too_large' },
    });
    expect(await read()).toEqual(before);
  });

  it('belong to one user and go with it', async () => {
    const { id, key } = await newUser('leaver@procspy.test');
    await change({ units: 'binary' }, key);
    expect(await rowsOf(server, id)).toEqual([{ name: 'units' }]);
    expect(await read()).not.toHaveProperty('units');
    const gone = await call(server, 'DELETE', `/api/v1/users/${id}`, { key: admin });
    expect(gone.status).toBe(204);
    expect((await call(server, 'GET', PATH, { key })).status).toBe(401);
    expect(await rowsOf(server, id)).toEqual([]);
  });
});

/** What the table holds of a user. */
async function rowsOf(server: TestServer, userId: string): Promise<unknown[]> {
  if (server.databaseUrl === undefined) {
    const database = new Database(join(server.dataDir, 'procspy.db'), { readonly: true });
    try {
      return database.prepare('SELECT name FROM user_preferences WHERE user_id = ?').all(userId);
    } finally {
      database.close();
    }
  }
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const sql = 'SELECT name FROM user_preferences WHERE user_id = $1';
    return (await client.query(sql, [userId])).rows;
  } finally {
    await client.end();
  }
}
