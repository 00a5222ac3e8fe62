/** Hostile input: injection, pollution, paths, headers, log lines. */
import { request } from 'node:http';
import { adminToken, call, register } from '../helpers/api.js';
import { ADMIN, DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { makeKey } from './access-callers.js';

/** A field in snake_case and what it must be. */
const SHORT_FAULT = /^[a-z_]+ must .{1,80}$/;

const NUL = '\u0000';
const HOSTILE = [
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  '") UNION SELECT password_hash FROM users --',
  '%27%20OR%201=1',
  '<script>alert(1)</script>',
  '{{constructor.constructor("return process")()}}',
  '../../../../etc/passwd',
  `\${jndi:ldap://127.0.0.1/a}`,
  '\u202Egnp.exe',
  `nul${NUL}byte`,
  'line\nbreak',
  '\ud800',
  'é'.repeat(100),
];

describe.each(DATABASES)('hostile text on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  it.each(HOSTILE)('%j breaks nothing, wherever it is put', async (text) => {
    const answers = await Promise.all([
      call(server, 'POST', '/api/v1/auth/login', { json: { email: text, password: text } }),
      call(server, 'POST', '/api/v1/auth/login', {
        json: { email: `x${text}@procspy.test`, password: text, totp: text },
      }),
      call(server, 'POST', '/api/v1/users', {
        key: admin,
        json: { email: `${text}@procspy.test`, password: `${text} long enough`, role: text },
      }),
      call(server, 'POST', '/api/v1/api-keys', { key: admin, json: { name: text, scope: 'read' } }),
      call(server, 'POST', '/api/v1/machines/register', {
        key: server.enrollmentKey,
        json: {
          machine_name: text,
          os: text,
          agent_version: text.slice(0, 20),
          machine_fingerprint: text,
          tags: [text],
          host: { hostname: text, cpu_model: text },
        },
      }),
      call(server, 'GET', `/api/v1/users?cursor=${inAddress(text)}`, { key: admin }),
      call(server, 'GET', `/api/v1/users?cursor=${cursorOf([text])}`, { key: admin }),
      call(server, 'GET', `/api/v1/api-keys?cursor=${cursorOf([text, text])}`, { key: admin }),
      call(server, 'GET', `/api/v1/audit?cursor=${cursorOf([1, text])}`, { key: admin }),
      call(server, 'GET', `/api/v1/audit?action=${inAddress(text)}`, { key: admin }),
      call(server, 'GET', `/api/v1/users/${inAddress(text)}`, { key: admin }),
      call(server, 'GET', `/api/v1/machines/${inAddress(text)}`, { key: admin }),
      call(server, 'GET', `/api/v1/machines?search=${inAddress(text)}`, { key: admin }),
      call(server, 'POST', '/api/v1/auth/refresh', {
        headers: { cookie: `procspy_refresh=${inAddress(text)}` },
      }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expect((await call(server, 'GET', '/api/v1/auth/me', { key: admin })).status).toBe(200);
  });

  it('that is kept comes back as it is, in JSON that no browser runs', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { id } = await makeKey(server, admin, { scope: 'read', name });
    const answer = await call(server, 'GET', `/api/v1/api-keys/${id}`, { key: admin });
    expect(answer.body.name).toBe(name);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  });

  it.each([
    '{"__proto__":{"role":"admin"},"email":"p1@procspy.test","password":"long enough password","role":"viewer"}',
    '{"constructor":{"prototype":{"role":"admin"}},"email":"p2@procspy.test","password":"long enough password","role":"viewer"}',
  ])('that means prototypes changes none: %s', async (body) => {
    const polluting = await call(server, 'POST', '/api/v1/users', {
      key: admin,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(polluting.status).toBe(400);
    const viewer = await call(server, 'POST', '/api/v1/users', {
      key: admin,
      json: { email: `after-${body.length}@procspy.test`, password: 'long enough password' },
    });
    expect(viewer.status).toBe(400);
  });

  it('of the wrong type is named, not run', async () => {
    for (const email of [{ $gt: '' }, ['admin@procspy.test'], 1, true, null]) {
      const answer = await call(server, 'POST', '/api/v1/auth/login', {
        json: { email, password: ADMIN.password },
      });
      expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    }
  });

  it('and other things of the wrong kind are refused in every field, in a few words', async () => {
    const user = await call(server, 'POST', '/api/v1/users', {
      key: admin,
      json: { email: 'fields@procspy.test', password: 'long enough password', role: 'viewer' },
    });
    const key = await makeKey(server, admin, { scope: 'read' });
    const machine = await register(server, 'fields');
    const bodies: [string, string, object][] = [
      ['POST', '/api/v1/users', { email: 'x@y', password: 'long enough password', role: 'admin' }],
      [
        'PATCH',
        `/api/v1/users/${user.body.id}`,
        { email: 'z@y', password: 'another password', role: 'viewer' },
      ],
      ['PATCH', `/api/v1/api-keys/${key.id}`, { name: 'renamed' }],
      ['PATCH', `/api/v1/machines/${machine.machine_id}`, { machine_name: 'x', tags: ['x'] }],
      [
        'POST',
        '/api/v1/auth/password',
        { current_password: 'x', new_password: 'long enough pass' },
      ],
      ['POST', '/api/v1/auth/totp', { password: 'x' }],
    ];
    for (const [method, path, body] of bodies) {
      for (const field of Object.keys(body)) {
        for (const wrong of [null, {}, [null], -1, true, '']) {
          const json = { ...body, [field]: wrong };
          const answer = await call(server, method, path, { key: admin, json });
          expect({ path, json, ...answer }).toMatchObject({
            status: 400,
            body: { code: 'request.invalid' },
          });
          expect(answer.body.message).toEqual([expect.stringMatching(SHORT_FAULT)]);
          expect(answer.body.message[0].split(' ')[0]).toBe(field);
        }
      }
    }
  });

  it('adds no line to the log, and no secret', async () => {
    const secret = `psk_r_${'S'.repeat(43)}`;
    await call(server, 'GET', '/api/v1/machines', { key: secret });
    await call(server, 'GET', '/api/v1/a%0a%7B%22level%22:60%7D', { key: admin });
    await call(server, 'POST', '/api/v1/auth/login', {
      json: { email: 'x@y\n{"level":60,"msg":"forged"}', password: 'hunter2 hunter2' },
    });
    const lines = server.output().trim().split('\n');
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) });
      expect(JSON.parse(line).msg).not.toBe('forged');
    }
    for (const hidden of [secret, 'hunter2', ADMIN.password, server.enrollmentKey, admin]) {
      expect(server.output()).not.toContain(hidden);
    }
  });
});

describe('paths', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
  });

  afterAll(() => server.stop());

  it.each([
    '/../package.json',
    '/../../../../../../etc/passwd',
    '/assets/../../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/..%5c..%5cpackage.json',
    '/assets/%00/../../package.json',
    '//etc/passwd',
    '/.env',
    '/.git/config',
    '/docs/../../package.json',
    '/data/procspy.db',
  ])('%s leads to no file', async (path) => {
    const { status, body } = await raw(server, path);
    expect(status).toBeLessThan(500);
    expect(body).not.toMatch(/root:.*:0:0|"workspaces"|SQLite format|\[core\]/);
  });
});

describe('headers', () => {
  it('that an attacker chooses are not believed or echoed', async () => {
    const server = await startServer({ database: 'sqlite' });
    try {
      const { headers, body } = await raw(server, '/api/v1/auth/setup', {
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        'x-request-id': 'evil\tid',
        'x-http-method-override': 'DELETE',
        host: 'evil.example',
      });
      expect(JSON.stringify(headers)).not.toMatch(/evil/);
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(body).not.toMatch(/evil/);

      const admin = await adminToken(server);
      await call(server, 'POST', '/api/v1/auth/login', {
        json: ADMIN,
        headers: { 'x-forwarded-for': '1.2.3.4' },
      });
      const log = await call(server, 'GET', '/api/v1/audit?limit=10', { key: admin });
      expect(JSON.stringify(log.body)).not.toContain('1.2.3.4');
    } finally {
      await server.stop();
    }
  });

  it.each(['127.0.0.1', 'true'])(
    'that a client sends through a trusted proxy (%s) are not believed',
    async (trusted) => {
      const server = await startServer({
        database: 'sqlite',
        env: { PROCSPY_TRUST_PROXY: trusted },
      });
      try {
        // The proxy appends the address that it saw to whatever the client sent.
        const forwarded = (forged: string) => ({ 'x-forwarded-for': `${forged}, 203.0.113.7` });
        const admin = await adminToken(server);
        // At the same moment: one after the other would give a slow machine time to be let in again.
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, attempt) =>
            call(server, 'POST', '/api/v1/auth/login', {
              json: { email: 'x@procspy.test', password: `wrong ${attempt}` },
              headers: forwarded(`198.51.100.${attempt}`),
            }),
          ),
        );
        const statuses = answers.map(({ status }) => status);
        expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(5);
        expect(new Set(statuses)).toEqual(new Set([401, 429]));
        const log = await call(server, 'GET', '/api/v1/audit?limit=1', { key: admin });
        expect(log.body.items[0]).toMatchObject({ outcome: 'failure', address: '203.0.113.7' });
      } finally {
        await server.stop();
      }
    },
  );

  it('of a proxy are believed once it is configured', async () => {
    const server = await startServer({
      database: 'sqlite',
      env: { PROCSPY_TRUST_PROXY: '127.0.0.1' },
    });
    try {
      const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
      const login = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN, headers });
      expect(login.headers.getSetCookie()[0]).toMatch(/; Secure/);
      expect(login.headers.get('strict-transport-security')).toMatch(/max-age=\d+/);
      const log = await call(server, 'GET', '/api/v1/audit', { key: login.body.access_token });
      expect(log.body.items[0]).toMatchObject({ action: 'session.open', address: '203.0.113.7' });
    } finally {
      await server.stop();
    }
  });
});

describe('a registered machine', () => {
  it('cannot become an administrator by fields that it adds', async () => {
    const server = await startServer({ database: 'sqlite' });
    try {
      const machine = await register(server, 'climber');
      const answer = await call(server, 'POST', '/api/v1/machines/register', {
        key: machine.api_key,
        json: { machine_name: 'climber', os: 'x', agent_version: '1', role: 'admin', key: 1 },
      });
      expect([200, 201, 400]).toContain(answer.status);
      expect((await call(server, 'GET', '/api/v1/users', { key: machine.api_key })).status).toBe(
        403,
      );
    } finally {
      await server.stop();
    }
  });
});

/** Percent-encoded; half a character cannot be, and becomes the replacement character. */
function inAddress(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function cursorOf(parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A GET whose path and headers go out exactly as given. */
function raw(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: object; body: string }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}
