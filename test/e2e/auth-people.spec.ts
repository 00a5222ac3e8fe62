/** People: the first sign-in, sessions, accounts, the second factor. */
import { TOTP } from 'otpauth';
import { adminToken, call } from '../helpers/api.js';
import { ADMIN, DATABASES, startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';

const VIEWER = { email: 'viewer@procspy.test', password: 'a long enough password', role: 'viewer' };

interface SignedIn {
  token: string;
  cookie: string;
}

/** Signs in; answers the token and the refresh cookie as a browser would send it. */
async function signIn(
  server: TestServer,
  account: { email: string; password: string },
): Promise<SignedIn> {
  const { email, password } = account;
  const answer = await call(server, 'POST', '/api/v1/auth/login', { json: { email, password } });
  expect(answer.status).toBe(200);
  return { token: answer.body.access_token as string, cookie: cookieOf(answer) };
}

function cookieOf(answer: { headers: Headers }): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

function refresh(server: TestServer, cookie: string) {
  return call(server, 'POST', '/api/v1/auth/refresh', { headers: { cookie } });
}

describe.each(DATABASES)('people on %s', (database) => {
  let server: TestServer;
  let admin: string;

  beforeAll(async () => {
    server = await startServer({ database });
    admin = await adminToken(server);
  });

  afterAll(() => server.stop());

  describe('sessions', () => {
    it('are kept by a cookie that scripts and other sites cannot use', async () => {
      const answer = await call(server, 'POST', '/api/v1/auth/login', { json: ADMIN });
      expect(answer.body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
      });
      const [header] = answer.headers.getSetCookie();
      expect(header).toMatch(/HttpOnly/);
      expect(header).toMatch(/SameSite=Strict/);
      expect(header).toMatch(/Path=\/api\/v1\/auth/);
      expect(header).not.toMatch(/Secure/);
    });

    it('end as a family when an old refresh token comes back', async () => {
      const { token, cookie } = await signIn(server, ADMIN);
      const second = await refresh(server, cookie);
      const third = await refresh(server, cookieOf(second));
      expect(third.status).toBe(200);
      const reused = await refresh(server, cookie);
      expect(reused).toMatchObject({ status: 401, body: { code: 'auth.invalid_token' } });
      expect((await refresh(server, cookieOf(third))).status).toBe(401);
      for (const key of [token, second.body.access_token, third.body.access_token]) {
        const me = await call(server, 'GET', '/api/v1/auth/me', { key });
        expect(me).toMatchObject({ status: 401, body: { code: 'auth.invalid_token' } });
      }
    });

    it('go on in every tab when several refresh at the same moment', async () => {
      const { cookie } = await signIn(server, ADMIN);
      const tabs = await Promise.all(Array.from({ length: 4 }, () => refresh(server, cookie)));
      expect(tabs.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      for (const tab of tabs) {
        expect((await refresh(server, cookieOf(tab))).status).toBe(200);
      }
    });

    it('can be listed and ended, and end by signing out', async () => {
      const first = await signIn(server, ADMIN);
      const second = await signIn(server, ADMIN);
      const list = await call(server, 'GET', '/api/v1/auth/sessions', { key: first.token });
      const current = list.body.items.filter((session: { current: boolean }) => session.current);
      expect(current).toHaveLength(1);

      const me = await call(server, 'GET', '/api/v1/auth/me', { key: second.token });
      const ended = await call(server, 'DELETE', `/api/v1/auth/sessions/${me.body.session_id}`, {
        key: first.token,
      });
      expect(ended.status).toBe(204);
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: second.token })).status).toBe(
        401,
      );
      expect((await refresh(server, second.cookie)).status).toBe(401);

      const logout = await call(server, 'POST', '/api/v1/auth/logout', {
        headers: { cookie: first.cookie },
      });
      expect(logout.status).toBe(204);
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: first.token })).status).toBe(401);
    });

    it('end everywhere but here', async () => {
      const account = { ...VIEWER, email: 'elsewhere@procspy.test' };
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      const here = await signIn(server, account);
      const there = await signIn(server, account);
      const path = '/api/v1/auth/sessions?others=true';
      expect((await call(server, 'DELETE', path, { key: here.token })).status).toBe(204);
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: there.token })).status).toBe(401);
      expect((await refresh(server, there.cookie)).status).toBe(401);
      const left = await call(server, 'GET', '/api/v1/auth/sessions', { key: here.token });
      expect(left.body.items).toEqual([expect.objectContaining({ current: true })]);
    });

    it('show from where and by which browser, and end everywhere at once', async () => {
      const account = { ...VIEWER, email: 'everywhere@procspy.test' };
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      await call(server, 'POST', '/api/v1/auth/login', {
        json: { email: account.email, password: account.password },
        headers: { 'user-agent': 'Fancy/1.0' },
      });
      const here = await signIn(server, account);
      const there = await signIn(server, account);
      const list = await call(server, 'GET', '/api/v1/auth/sessions', { key: here.token });
      expect(list.body.total).toBe(3);
      expect(list.body.items).toContainEqual(
        expect.objectContaining({
          user_agent: 'Fancy/1.0',
          address: expect.stringMatching(/127\.0\.0\.1$/),
        }),
      );
      const ended = await call(server, 'DELETE', '/api/v1/auth/sessions', { key: here.token });
      expect(ended.status).toBe(204);
      for (const { token, cookie } of [here, there]) {
        expect((await call(server, 'GET', '/api/v1/auth/me', { key: token })).status).toBe(401);
        expect((await refresh(server, cookie)).status).toBe(401);
      }
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: admin })).status).toBe(200);
    });
  });

  describe('accounts', () => {
    it('are made, changed and deleted by administrators', async () => {
      const created = await call(server, 'POST', '/api/v1/users', { key: admin, json: VIEWER });
      expect(created.status).toBe(201);
      expect(created.body).toEqual({
        id: expect.any(String),
        email: VIEWER.email,
        role: 'viewer',
        created_at: expect.any(String),
        last_login_at: null,
        totp_enabled: false,
      });
      const again = await call(server, 'POST', '/api/v1/users', {
        key: admin,
        json: { ...VIEWER, email: VIEWER.email.toUpperCase() },
      });
      expect(again).toMatchObject({ status: 409, body: { code: 'users.email_taken' } });

      const viewer = await signIn(server, VIEWER);
      const path = `/api/v1/users/${created.body.id}`;
      const promoted = await call(server, 'PATCH', path, { key: admin, json: { role: 'admin' } });
      expect(promoted.body).toMatchObject({ role: 'admin' });
      // A change of role ends the sessions that were opened with the other one.
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: viewer.token })).status).toBe(
        401,
      );

      expect((await call(server, 'DELETE', path, { key: admin })).status).toBe(204);
      expect((await call(server, 'GET', path, { key: admin })).status).toBe(404);
      const gone = await call(server, 'POST', '/api/v1/auth/login', {
        json: { email: VIEWER.email, password: VIEWER.password },
      });
      expect(gone).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } });
    });

    it('list in pages', async () => {
      const emails = ['page-a@procspy.test', 'page-b@procspy.test'];
      for (const email of emails) {
        await call(server, 'POST', '/api/v1/users', { key: admin, json: { ...VIEWER, email } });
      }
      const first = await call(server, 'GET', '/api/v1/users?limit=2', { key: admin });
      expect(first.body.items).toHaveLength(2);
      const rest = await call(
        server,
        'GET',
        `/api/v1/users?limit=100&cursor=${encodeURIComponent(first.body.next)}`,
        { key: admin },
      );
      expect(rest.body).toMatchObject({ total: first.body.total, next: null });
      expect(first.body.items.length + rest.body.items.length).toBe(first.body.total);
    });

    it('always keep one administrator, also when two demote each other at the same moment', async () => {
      const other = await call(server, 'POST', '/api/v1/users', {
        key: admin,
        json: { ...VIEWER, email: 'other-admin@procspy.test', role: 'admin' },
      });
      const me = await call(server, 'GET', '/api/v1/auth/me', { key: admin });
      const answers = await Promise.all(
        [me.body.id, other.body.id].map((id) =>
          call(server, 'PATCH', `/api/v1/users/${id}`, { key: admin, json: { role: 'viewer' } }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      // The second call comes too late (its session has ended) or would demote the last one.
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect([401, 409]).toContain(statuses.find((status) => status !== 200));

      // Whoever is the admin now makes things as they were.
      const left = statuses[0] !== 200 ? ADMIN : { ...VIEWER, email: 'other-admin@procspy.test' };
      const key = (await signIn(server, left)).token;
      const restored = await call(server, 'PATCH', `/api/v1/users/${me.body.id}`, {
        key,
        json: { role: 'admin' },
      });
      expect(restored.status).toBe(200);
      admin = await adminToken(server);
      await call(server, 'DELETE', `/api/v1/users/${other.body.id}`, { key: admin });
      const last = await call(server, 'DELETE', `/api/v1/users/${me.body.id}`, { key: admin });
      expect(last).toMatchObject({ status: 409, body: { code: 'users.last_admin' } });
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: admin })).status).toBe(200);
    });

    it('end their other sessions when the password changes', async () => {
      const account = { ...VIEWER, email: 'changer@procspy.test' };
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      const here = await signIn(server, account);
      const elsewhere = await signIn(server, account);
      const change = (current_password: string) =>
        call(server, 'POST', '/api/v1/auth/password', {
          key: here.token,
          json: { current_password, new_password: 'an even longer password' },
        });
      expect(await change('not the password')).toMatchObject({
        status: 403,
        body: { code: 'auth.wrong_password' },
      });
      expect((await change(account.password)).status).toBe(204);
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: here.token })).status).toBe(200);
      expect((await call(server, 'GET', '/api/v1/auth/me', { key: elsewhere.token })).status).toBe(
        401,
      );
      await signIn(server, { ...account, password: 'an even longer password' });
    });
  });

  describe('the second factor', () => {
    it('is asked for after the password, and each code counts once', async () => {
      const account = { email: 'totp@procspy.test', password: VIEWER.password, role: 'viewer' };
      const { email, password } = account;
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      const { token } = await signIn(server, account);
      const offer = await call(server, 'POST', '/api/v1/auth/totp', {
        key: token,
        json: { password },
      });
      const app = new TOTP({ secret: offer.body.secret });
      const code = (steps: number) => app.generate({ timestamp: Date.now() + steps * 30_000 });
      const enabled = await call(server, 'POST', '/api/v1/auth/totp/enable', {
        key: token,
        json: { totp: code(0).replace(/^(...)/, '$1 ') },
      });
      expect(enabled.status).toBe(200);
      const recovery: string[] = enabled.body.recovery_codes;
      expect(new Set(recovery).size).toBe(10);

      const login = (totp?: string) =>
        call(server, 'POST', '/api/v1/auth/login', {
          json: { email, password, ...(totp && { totp }) },
        });
      expect(await login()).toMatchObject({ status: 401, body: { code: 'auth.totp_required' } });
      // A step ahead of the one before: good now, and still good should the step change meanwhile.
      const next = code(1);
      expect((await login(next)).status).toBe(200);
      expect(await login(next)).toMatchObject({
        status: 401,
        body: { code: 'auth.invalid_totp' },
      });
      expect((await login(recovery[0])).status).toBe(200);
      expect((await login(recovery[0])).status).toBe(401);

      const users = await call(server, 'GET', '/api/v1/users?limit=1000', { key: admin });
      const { id } = users.body.items.find((user: { email: string }) => user.email === email);
      expect(
        (await call(server, 'DELETE', `/api/v1/users/${id}/totp`, { key: admin })).status,
      ).toBe(204);
      expect((await login()).status).toBe(200);
    });
  });

  describe('guessing', () => {
    it('is slowed down, the same whether the account exists or not', async () => {
      const outcomes: unknown[] = [];
      for (const email of ['page-a@procspy.test', 'nobody@procspy.test']) {
        // At the same moment: one after the other would give a slow machine time to be let in again.
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, attempt) =>
            call(server, 'POST', '/api/v1/auth/login', {
              json: { email, password: `wrong ${attempt}` },
            }),
          ),
        );
        const refused = answers.filter(({ status }) => status !== 429);
        const held = answers.filter(({ status }) => status === 429);
        expect(refused.length).toBeGreaterThanOrEqual(5);
        expect(held.length).toBeGreaterThanOrEqual(1);
        for (const { headers } of held) {
          expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        }
        outcomes.push(
          [refused, held].map(([answer]) => ({
            status: answer?.status,
            body: { ...answer?.body, request_id: null },
          })),
        );
      }
      expect(outcomes[0]).toMatchObject([
        { status: 401, body: { code: 'auth.invalid_credentials' } },
        { status: 429, body: { code: 'auth.rate_limited' } },
      ]);
      expect(outcomes[1]).toEqual(outcomes[0]);
    });
  });

  describe('the audit log', () => {
    type Entry = Record<string, unknown> & { action: string };
    const entries = async (action?: string): Promise<Entry[]> => {
      const query = action === undefined ? 'limit=1000' : `limit=1000&action=${action}`;
      return (await call(server, 'GET', `/api/v1/audit?${query}`, { key: admin })).body.items;
    };

    it('tells who did what from where, and no secrets', async () => {
      const log = await entries();
      const actions = new Set(log.map(({ action }) => action));
      for (const action of [
        'account.password',
        'account.totp_enable',
        'account.totp_offer',
        'session.end',
        'session.open',
        'session.refresh_reused',
        'user.change',
        'user.create',
        'user.delete',
        'user.totp_remove',
      ]) {
        expect(actions).toContain(action);
      }
      expect(log[0]).toMatchObject({ address: expect.stringMatching(/127\.0\.0\.1/) });
      const text = JSON.stringify(log);
      for (const secret of [ADMIN.password, VIEWER.password, admin]) {
        expect(text).not.toContain(secret);
      }
      expect(log.at(-1)).toMatchObject({ action: 'user.create', actor_name: 'environment' });
    });

    it('tells of signing in and out, whatever it was done by', async () => {
      const account = { ...VIEWER, email: 'audited@procspy.test' };
      const user = await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      const who = { actor_kind: 'user', actor_id: user.body.id, actor_name: account.email };
      const sessionOf = async (token: string) =>
        (await call(server, 'GET', '/api/v1/auth/me', { key: token })).body.session_id;
      const logout = (proof: { key?: string; headers?: Record<string, string> }) =>
        call(server, 'POST', '/api/v1/auth/logout', proof);

      const ways = [
        ({ cookie }: SignedIn) => logout({ headers: { cookie } }),
        ({ token }: SignedIn) => logout({ key: token }),
        ({ token, cookie }: SignedIn) => logout({ key: token, headers: { cookie } }),
      ];
      for (const way of ways) {
        const signedIn = await signIn(server, account);
        const target = await sessionOf(signedIn.token);
        expect((await way(signedIn)).status).toBe(204);
        const [opened] = await entries('session.open');
        expect(opened).toMatchObject({ ...who, target, outcome: 'success' });
        const ended = (await entries('session.end')).filter((entry) => entry.target === target);
        expect(ended).toEqual([expect.objectContaining(who)]);
        // Nobody is signed in any more: nothing to tell of.
        await way(signedIn);
        expect((await entries('session.end')).filter((e) => e.target === target)).toHaveLength(1);
      }
    });

    it('is narrowed by actor, outcome and time', async () => {
      const account = { ...VIEWER, email: 'under_score@procspy.test' };
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      await call(server, 'POST', '/api/v1/users', {
        key: admin,
        json: { ...account, email: 'underXscore@procspy.test' },
      });
      await signIn(server, account);
      await signIn(server, { ...account, email: 'underxscore@procspy.test' });
      const wrong = { email: account.email, password: 'not the password' };
      await call(server, 'POST', '/api/v1/auth/login', { json: wrong });

      const list = async (query: string) => {
        const path = `/api/v1/audit?limit=1000&${query}`;
        const { status, body } = await call(server, 'GET', path, { key: admin });
        return status === 200 ? (body.items as Entry[]) : status;
      };
      const [failure, success] = (await list('actor=UNDER_score')) as Entry[];
      expect(failure).toMatchObject({ outcome: 'failure', actor_name: account.email });
      expect(success).toMatchObject({ outcome: 'success', actor_name: account.email });
      expect(await list('actor=under_score&outcome=failure')).toEqual([failure]);
      expect(await list('actor=under_score&outcome=success')).toEqual([success]);
      expect(await list(`actor=${success?.actor_id}`)).toEqual([success]);
      expect(await list('actor=%25score')).toEqual([]);

      const at = Date.parse(String(success?.at));
      expect(await list(`actor=under_score&from=${at}&to=${at + 1}`)).toContainEqual(success);
      expect(await list(`actor=under_score&outcome=success&to=${at}`)).toEqual([]);
      expect(await list(`actor=under_score&outcome=success&from=${at + 1}`)).toEqual([]);
      expect(await list('from=yesterday')).toBe(400);
      expect(await list('outcome=maybe')).toBe(400);
      expect(await list('actor=%00')).toBe(400);
    });

    it('tells of passwords that were wrong, also where one is asked again', async () => {
      const account = { ...VIEWER, email: 'watched@procspy.test' };
      await call(server, 'POST', '/api/v1/users', { key: admin, json: account });
      const { token } = await signIn(server, account);
      await call(server, 'POST', '/api/v1/auth/login', {
        json: { email: account.email, password: 'not the password' },
      });
      await call(server, 'POST', '/api/v1/auth/password', {
        key: token,
        json: { current_password: 'not the password', new_password: 'another long password' },
      });
      for (const action of ['session.open', 'account.password']) {
        expect((await entries(action))[0]).toMatchObject({
          outcome: 'failure',
          actor_name: account.email,
          details: { reason: 'password' },
        });
      }
    });
  });
});

describe.each(DATABASES)('the first administrator on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ database, withoutAdmin: true });
  });

  afterAll(() => server.stop());

  it('is created once by the printed code, which survives a restart', async () => {
    const codeOf = () => /setup\?code=([A-Z0-9-]+)/.exec(server.output().slice(printed))?.[1];
    let printed = 0;
    const code = await waitFor('the setup code', codeOf);
    printed = server.output().length;
    await server.kill();
    await server.start();
    expect(await waitFor('the setup code', codeOf)).toBe(code);

    const setUp = (email: string, given: string | undefined) =>
      call(server, 'POST', '/api/v1/auth/setup', {
        json: { code: given, email, password: ADMIN.password },
      });
    const wrong = await setUp('a@procspy.test', '0000-0000-0000-0000');
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.invalid_setup_code' } });
    const answers = await Promise.all(
      ['a@procspy.test', 'b@procspy.test', 'c@procspy.test'].map((email) => setUp(email, code)),
    );
    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    const users = await call(server, 'GET', '/api/v1/users', {
      key: winners[0]?.body.access_token,
    });
    expect(users.body.total).toBe(1);
    const log = await call(server, 'GET', '/api/v1/audit?action=setup.complete', {
      key: winners[0]?.body.access_token,
    });
    const outcomes = log.body.items.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes).toEqual(['success', 'failure']);
    expect(await setUp('d@procspy.test', code)).toMatchObject({
      status: 409,
      body: { code: 'auth.setup_done' },
    });
  });
});
