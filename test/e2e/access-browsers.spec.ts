/** Pages of other sites: what their scripts must not reach through somebody's browser. */
import { adminToken, call } from '../helpers/api.js';
import { ADMIN, startServer, type TestServer } from '../helpers/server.js';
import { closeSockets, connected, refused, socketOf } from './live-client.js';

const FOREIGN = 'https://evil.example';
const FRIEND = 'https://monitor.example.com';

describe('a page of another site', () => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite', env: { PROCSPY_CORS_ORIGINS: FRIEND } });
    admin = await adminToken(server);
  });

  afterEach(closeSockets);
  afterAll(() => server.stop());

  it('cannot write, whatever the browser sends along', async () => {
    const login = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN });
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    for (const origin of [FOREIGN, 'null', 'http://127.0.0.1:1', `${server.url}.evil.example`]) {
      for (const path of ['/api/v1/auth/refresh', '/api/v1/auth/logout', '/api/v1/auth/login']) {
        const answer = await call(server, 'POST', path, {
          headers: { origin, cookie },
          ...(path.endsWith('login') && { json: ADMIN }),
        });
        expect(answer).toMatchObject({ status: 403, body: { code: 'auth.origin' } });
      }
    }
    expect(
      (await call(server, 'POST', '/api/v1/auth/refresh', { headers: { cookie } })).status,
    ).toBe(200);
  });

  it('cannot read, and gets no preflight through', async () => {
    const answer = await call(server, 'GET', '/api/v1/machines', {
      key: admin,
      headers: { origin: FOREIGN },
    });
    expect(answer.headers.get('access-control-allow-origin')).not.toBe(FOREIGN);
    expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
    const preflight = await call(server, 'OPTIONS', '/api/v1/machines', {
      headers: { origin: FOREIGN, 'access-control-request-method': 'DELETE' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).not.toBe(FOREIGN);
  });

  it('is served where it is configured', async () => {
    const answer = await call(server, 'GET', '/api/v1/machines', {
      key: admin,
      headers: { origin: FRIEND },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(FRIEND);
    const login = await call(server, 'POST', '/api/v1/auth/login', {
      json: ADMIN,
      headers: { origin: FRIEND },
    });
    expect(login.status).toBe(200);
  });

  it.each(['/live', '/agent'])('opens no socket on %s', async (namespace) => {
    const answer = await refused(
      socketOf(server, namespace, admin, { headers: { origin: FOREIGN } }),
    );
    expect(answer.code).toBe('auth.origin');
  });

  it('of this server does', async () => {
    await connected(socketOf(server, '/live', admin, { headers: { origin: server.url } }));
  });

  it('cannot frame the dashboard, and scripts come from the server alone', async () => {
    for (const path of ['/', '/docs', '/machines/x']) {
      const { headers } = await call(server, 'GET', path, { headers: { accept: 'text/html' } });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/script-src 'self'(;|$)/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/object-src 'none'/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});

describe('without configured origins', () => {
  it('no origin is named at all', async () => {
    const server = await startServer({ database: 'sqlite' });
    try {
      for (const origin of [FOREIGN, FRIEND, 'null']) {
        const { headers } = await call(server, 'GET', '/api/v1/auth/setup', {
          headers: { origin },
        });
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    } finally {
      await server.stop();
    }
  });
});
