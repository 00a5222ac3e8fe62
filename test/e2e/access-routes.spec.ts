/** Walks all routes of the OpenAPI document with every kind of caller. */
import { call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { type Callers, makeCallers } from './access-callers.js';

type Caller = keyof Callers;

/** Who gets through, by access level; everybody else must not. */
const ADMITTED: Record<string, Caller[]> = {
  viewer: ['viewer', 'admin', 'read'],
  admin: ['admin'],
  user: ['viewer', 'admin'],
  machine: ['machine', 'machineToken'],
  enrollment: ['machine', 'enroll', 'fixedEnroll'],
  machine_key: ['machine'],
  prometheus: ['prometheus'],
};

/** What the contract opens to everyone; a route that is `anyone` must be on this list. */
const PUBLIC = [
  'GET /agent/procspy-agent.mjs',
  'GET /agent/procspy-agent.mjs.sha256',
  'GET /health',
  'GET /health/ready',
  'GET /api/v1/auth/setup',
  'POST /api/v1/auth/setup',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
];

const END_ALL_SESSIONS = 'DELETE /api/v1/auth/sessions';

interface Route {
  method: string;
  path: string;
  access: string | undefined;
}

const NO_ID = '00000000-0000-4000-8000-000000000000';
const UNAUTHENTICATED: Caller[] = ['nobody', 'stranger'];

describe('every route', () => {
  let server: TestServer;
  let callers: Callers;
  let routes: Route[];

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    ({ callers } = await makeCallers(server));
    const { body } = await call(server, 'GET', '/api/v1/openapi.json');
    routes = Object.entries<Record<string, { 'x-access'?: string }>>(body.paths).flatMap(
      ([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({
          method: method.toUpperCase(),
          path,
          access: operation['x-access'],
        })),
    );
  });

  afterAll(() => server.stop());

  it('declares who may use it', () => {
    expect(routes.length).toBeGreaterThan(30);
    const undeclared = routes.filter(
      ({ access }) => access !== 'anyone' && !(access !== undefined && access in ADMITTED),
    );
    expect(undeclared).toEqual([]);
  });

  it('is open to everyone only where the contract says so', () => {
    const open = routes
      .filter(({ access }) => access === 'anyone')
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([...PUBLIC].sort());
  });

  it('admits those whom it names and nobody else', async () => {
    const wrong: string[] = [];
    const closed = routes.filter(({ access }) => access !== 'anyone');
    // What ends the caller's own sessions comes last, or nobody would be left to try the rest.
    const endsCaller = ({ method, path }: Route) => `${method} ${path}` === END_ALL_SESSIONS;
    closed.sort((a, b) => Number(endsCaller(a)) - Number(endsCaller(b)));
    for (const { method, path, access } of closed) {
      for (const [caller, key] of Object.entries(callers) as [Caller, string | undefined][]) {
        const { status, body } = await call(server, method, path.replaceAll(/\{\w+\}/g, NO_ID), {
          key,
          ...(method !== 'GET' && method !== 'DELETE' && { json: {} }),
        });
        const admitted = (ADMITTED[access ?? ''] ?? []).includes(caller);
        const expected = admitted
          ? status !== 401 && !(status === 403 && body.code === 'auth.forbidden') && status < 500
          : status === (UNAUTHENTICATED.includes(caller) ? 401 : 403);
        if (!expected) {
          wrong.push(`${caller}: ${method} ${path} -> ${status} ${JSON.stringify(body.code)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('that does not exist answers in the same shape', async () => {
    for (const path of ['/api/v1/nothing', '/api/v2/machines']) {
      const answer = await call(server, 'GET', path, { key: callers.admin });
      expect(answer).toMatchObject({
        status: 404,
        body: { statusCode: 404, code: 'request.not_found' },
      });
    }
  });
});
