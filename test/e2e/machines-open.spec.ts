/** The open mode: agents register and push without a key, administration still needs a user. */
import { adminToken, call, sample } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';

describe('machines in the open mode', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', env: { PROCSPY_AUTH_REQUIRED: 'false' } });
  });
  afterAll(() => server?.stop());

  const enrol = (key?: string) =>
    call(server, 'POST', '/api/v1/machines/register', {
      key,
      json: { machine_name: 'open', os: 'linux', agent_version: '1' },
    });

  it('gives a key to a new machine, and none to whoever claims to be a known one', async () => {
    const first = await enrol();
    expect(first.status).toBe(201);
    expect(first.body.api_key).toEqual(expect.any(String));
    const again = await enrol();
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ status: 'registered', machine_id: first.body.machine_id });
    const pushed = await call(server, 'POST', '/api/v1/metrics', { json: sample(first.body) });
    expect(pushed.status).toBe(200);
    const enrolled = await enrol(server.enrollmentKey);
    expect(enrolled.body.machine_id).toBe(first.body.machine_id);
    expect(enrolled.body.api_key).toEqual(expect.any(String));
  });

  it('lets everyone read, and only admins change', async () => {
    const { body } = await call(server, 'GET', '/api/v1/machines');
    expect(body.total).toBe(1);
    const path = `/api/v1/machines/${body.items[0].machine_id}`;
    const rename = (key?: string) =>
      call(server, 'PATCH', path, { key, json: { machine_name: 'renamed' } });
    expect((await rename()).status).toBe(401);
    expect((await call(server, 'DELETE', path)).status).toBe(401);
    expect((await rename(await adminToken(server))).status).toBe(200);
  });
});
