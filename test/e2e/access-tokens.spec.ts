/** Forged, stolen and misused tokens. */
import { randomBytes } from 'node:crypto';
import { call, type TestMachine } from '../helpers/api.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { type Callers, claimsOf, forgeJwt, makeCallers } from './access-callers.js';

const SECRET = randomBytes(32).toString('hex');

describe('a token', () => {
  let server: TestServer;
  let callers: Callers;
  let machine: TestMachine;
  let good: Record<string, unknown>;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', env: { JWT_SECRET: SECRET } });
    ({ callers, machine } = await makeCallers(server));
    good = claimsOf(callers.admin);
  });

  afterAll(() => server.stop());

  const me = (key: string) => call(server, 'GET', '/api/v1/auth/me', { key });

  it('put together from the right secret and claims is good: the forgeries below fail for their fault', async () => {
    expect((await me(forgeJwt(good, SECRET))).status).toBe(200);
  });

  it.each<[string, (claims: Record<string, unknown>) => string]>([
    ['alg none', (claims) => forgeJwt(claims, '', { alg: 'none', typ: 'JWT' })],
    ['alg None', (claims) => forgeJwt(claims, '', { alg: 'None', typ: 'JWT' })],
    ['another algorithm', (claims) => forgeJwt(claims, SECRET, { alg: 'HS512', typ: 'JWT' })],
    ['a shorter hash', (claims) => forgeJwt(claims, SECRET, { alg: 'HS384', typ: 'JWT' })],
    ['an asymmetric algorithm', (claims) => forgeJwt(claims, SECRET, { alg: 'RS256' })],
    ['another secret', (claims) => forgeJwt(claims, randomBytes(32).toString('hex'))],
    ['an empty secret', (claims) => forgeJwt(claims, '')],
    ['no signature', (claims) => forgeJwt(claims, SECRET).replace(/[^.]*$/, '')],
    ['an end in the past', (claims) => forgeJwt({ ...claims, exp: nowSeconds() - 1 }, SECRET)],
    ['no end', ({ exp: _, ...claims }) => forgeJwt(claims, SECRET)],
    ['another issuer', (claims) => forgeJwt({ ...claims, iss: 'elsewhere' }, SECRET)],
    ['no issuer', ({ iss: _, ...claims }) => forgeJwt(claims, SECRET)],
    ['another audience', (claims) => forgeJwt({ ...claims, aud: 'elsewhere' }, SECRET)],
    ['no audience', ({ aud: _, ...claims }) => forgeJwt(claims, SECRET)],
    ["a machine's audience", (claims) => forgeJwt({ ...claims, aud: 'procspy:machine' }, SECRET)],
    [
      "the refresh token's audience",
      (claims) => forgeJwt({ ...claims, aud: 'procspy:refresh' }, SECRET),
    ],
    ["another user's session", (claims) => forgeJwt({ ...claims, sub: NO_ID }, SECRET)],
    ['a session that is none', (claims) => forgeJwt({ ...claims, sid: NO_ID }, SECRET)],
    ['an object as session', (claims) => forgeJwt({ ...claims, sid: { $ne: null } }, SECRET)],
    ['a key file as key id', (claims) => forgeJwt(claims, '', { alg: 'HS256', kid: '/dev/null' })],
  ])('with %s is refused', async (_, forge) => {
    expect(await me(forge(good))).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid_token' },
    });
  });

  it('whose claims were changed after signing is refused', async () => {
    const [header, , signature] = callers.viewer.split('.');
    const claims = Buffer.from(JSON.stringify(good)).toString('base64url');
    expect((await me(`${header}.${claims}.${signature}`)).status).toBe(401);
  });

  it('of a machine opens nothing for people, and the reverse', async () => {
    const asUser = await call(server, 'GET', '/api/v1/machines', { key: callers.machineToken });
    expect(asUser).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    const asMachine = await call(server, 'POST', '/api/v1/metrics', {
      key: callers.admin,
      json: { machine_id: machine.machine_id, cpu: 1 },
    });
    expect(asMachine).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  });

  it('of a machine whose audience is a forged one of people is refused', async () => {
    const claims = { ...claimsOf(callers.machineToken), aud: 'procspy:user' };
    expect((await me(forgeJwt(claims, SECRET))).status).toBe(401);
  });

  it('that keeps a session is no access token, and the reverse', async () => {
    const login = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN });
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await me(cookie.replace(/^[^=]*=/, ''))).status).toBe(401);
    const refreshed = await call(server, 'POST', '/api/v1/auth/refresh', {
      headers: { cookie: `procspy_refresh=${login.body.access_token}` },
    });
    expect(refreshed.status).toBe(401);
  });

  it('of a machine cannot make further tokens or enrol', async () => {
    for (const path of ['/api/v1/auth/token', '/api/v1/machines/register']) {
      const answer = await call(server, 'POST', path, { key: callers.machineToken, json: {} });
      expect(answer.status).toBe(403);
    }
  });

  it('in the address counts for nothing', async () => {
    const answer = await call(server, 'GET', `/api/v1/machines?token=${callers.admin}`);
    expect(answer.status).toBe(401);
  });
});

const NO_ID = '00000000-0000-4000-8000-000000000000';

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
