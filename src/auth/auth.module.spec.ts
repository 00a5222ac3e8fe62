/** The module as a whole, in process, on SQLite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TOTP } from 'otpauth';
import { Clock } from '../common/clock.js';
import { CommonModule } from '../common/common.module.js';
import { ConfigModule } from '../config/config.module.js';
import { readServerConfig } from '../config/server-config.js';
import { DatabaseModule } from '../database/database.module.js';
import { DomainEventsModule } from '../domain-events/domain-events.module.js';
import { AllExceptionsFilter } from '../http/exception.filter.js';
import { requestValidation } from '../http/validation.js';
import { API_VERSIONING } from '../http/versioning.js';
import { SettingStore } from '../settings/setting.store.js';
import { Access } from './access.decorator.js';
import { AuditService } from './audit/audit.service.js';
import { AuthModule } from './auth.module.js';
import { AuthMaintenanceService } from './auth-maintenance.service.js';
import { MachineKeysService } from './keys/machine-keys.service.js';
import { SetupService } from './setup/setup.service.js';

@Controller({ path: 'probe', version: VERSION_NEUTRAL })
class ProbeController {
  @Get('machine')
  @Access('machine')
  machine(): string {
    return 'machine';
  }

  @Get('viewer')
  @Access('viewer')
  viewer(): string {
    return 'viewer';
  }

  @Get('undeclared')
  undeclared(): string {
    return 'undeclared';
  }
}

const PASSWORD = 'correct horse battery';
let directory: string;
let app: NestFastifyApplication;

async function start(environment: Record<string, string> = {}): Promise<NestFastifyApplication> {
  const config = readServerConfig({ PROCSPY_DATA_DIR: directory, ...environment });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      CommonModule,
      DomainEventsModule,
      DatabaseModule,
      AuthModule,
    ],
    controllers: [ProbeController],
  }).compile();
  const created = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
    logger: false,
  });
  created.useGlobalFilters(new AllExceptionsFilter());
  created.enableVersioning(API_VERSIONING);
  created.useGlobalPipes(requestValidation());
  await created.register(cookie);
  await created.init();
  await created.getHttpAdapter().getInstance().ready();
  return created;
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'procspy-auth-'));
  app = await start();
});

afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

function get(path: string, token?: string) {
  return app.inject({
    method: 'GET',
    url: path,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
}

function post(path: string, payload: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: path, payload, headers });
}

function refresh(token: string | undefined) {
  return post('/api/v1/auth/refresh', {}, { cookie: `procspy_refresh=${token}` });
}

async function setUp() {
  const code = await app.get(SetupService).pendingCode();
  return post('/api/v1/auth/setup', { code, email: 'Ada@Example.com', password: PASSWORD });
}

describe('set-up', () => {
  it('creates the first administrator once, also for two at the same moment', async () => {
    const code = await app.get(SetupService).pendingCode();
    const answers = await Promise.all(
      ['a@example.com', 'b@example.com'].map((email) =>
        post('/api/v1/auth/setup', { code, email, password: PASSWORD }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    expect((await get('/api/v1/auth/setup')).json()).toEqual({
      setup_required: false,
      auth_required: true,
    });
    expect(await app.get(SetupService).pendingCode()).toBeNull();
  });

  it('is over for a call that comes between the taken code and the new administrator', async () => {
    const code = await app.get(SetupService).pendingCode();
    await app.get(SettingStore).take('setup_code', String(code));
    const late = await post('/api/v1/auth/setup', {
      code,
      email: 'b@example.com',
      password: PASSWORD,
    });
    expect(late.json()).toMatchObject({ statusCode: 409, code: 'auth.setup_done' });
  });

  it('refuses a wrong code and keeps the right one over a restart', async () => {
    const code = await app.get(SetupService).pendingCode();
    const refused = await post('/api/v1/auth/setup', {
      code: 'AAAA-AAAA-AAAA-AAAA',
      email: 'a@example.com',
      password: PASSWORD,
    });
    expect(refused.json()).toMatchObject({ statusCode: 403, code: 'auth.invalid_setup_code' });
    await app.close();
    app = await start();
    expect(await app.get(SetupService).pendingCode()).toBe(code);
  });
});

describe('a session', () => {
  it('opens by password, is rotated, and ends when an old refresh token comes back', async () => {
    await setUp();
    const login = await post('/api/v1/auth/login', {
      email: 'ada@example.com',
      password: PASSWORD,
    });
    expect(login.statusCode).toBe(200);
    const { access_token } = login.json();
    expect((await get('/probe/viewer', access_token)).statusCode).toBe(200);

    const [first] = login.cookies;
    expect(first).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/v1/auth' });
    const second = await refresh(first?.value);
    expect(second.statusCode).toBe(200);
    const third = await refresh(second.cookies[0]?.value);
    expect(third.statusCode).toBe(200);
    const reused = await refresh(first?.value);
    expect(reused.json()).toMatchObject({ statusCode: 401, code: 'auth.invalid_token' });
    const afterReuse = await refresh(third.cookies[0]?.value);
    expect(afterReuse.statusCode).toBe(401);
    expect((await get('/probe/viewer', access_token)).json()).toMatchObject({
      statusCode: 401,
      code: 'auth.invalid_token',
    });
  });

  it('outlives two tabs that refresh at the same moment', async () => {
    const [opened] = (await setUp()).cookies;
    const tabs = await Promise.all([refresh(opened?.value), refresh(opened?.value)]);
    expect(tabs.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    for (const tab of tabs) {
      expect((await get('/probe/viewer', tab.json().access_token)).statusCode).toBe(200);
    }
    // Whichever of the two answers the browser kept last is the next token.
    const kept = tabs.map(({ cookies }) => cookies[0]?.value);
    expect((await refresh(kept[1])).statusCode).toBe(200);
    expect((await refresh(kept[0])).statusCode).toBe(200);
  });

  it('ends when the token before the present one comes back later than that', async () => {
    const [opened] = (await setUp()).cookies;
    const next = await refresh(opened?.value);
    const later = Date.now() + 11_000;
    jest.spyOn(app.get(Clock), 'now').mockImplementation(() => later);
    expect((await refresh(opened?.value)).statusCode).toBe(401);
    expect((await refresh(next.cookies[0]?.value)).statusCode).toBe(401);
  });
});

describe("a machine's key", () => {
  it('is good until the next one is issued', async () => {
    const keys = app.get(MachineKeysService);
    const first = await keys.issue(1, '11111111-1111-4111-8111-111111111111');
    expect((await get('/probe/machine', first)).statusCode).toBe(200);
    expect((await get('/probe/viewer', first)).json()).toMatchObject({ code: 'auth.forbidden' });
    const second = await keys.issue(1, '11111111-1111-4111-8111-111111111111');
    expect((await get('/probe/machine', first)).json()).toMatchObject({ code: 'auth.key_revoked' });
    expect((await get('/probe/machine', second)).statusCode).toBe(200);
  });

  it('is one, also when several are issued at the same moment', async () => {
    const keys = app.get(MachineKeysService);
    const issued = await Promise.all(
      Array.from({ length: 5 }, () => keys.issue(7, '77777777-7777-4777-8777-777777777777')),
    );
    const answers = await Promise.all(issued.map((key) => get('/probe/machine', key)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  it('makes tokens that end with it', async () => {
    const keys = app.get(MachineKeysService);
    const key = await keys.issue(1, '11111111-1111-4111-8111-111111111111');
    const answer = await post('/api/v1/auth/token', {}, { 'x-api-key': key });
    const { access_token } = answer.json();
    expect((await get('/probe/machine', access_token)).statusCode).toBe(200);
    expect((await get('/probe/viewer', access_token)).statusCode).toBe(403);
    await keys.revokeAll(1);
    expect((await get('/probe/machine', access_token)).json()).toMatchObject({
      code: 'auth.key_revoked',
    });
  });
});

describe('the access guard', () => {
  it('refuses a route that does not say who may use it', async () => {
    expect((await get('/probe/undeclared')).json()).toMatchObject({
      statusCode: 403,
      code: 'auth.undeclared',
    });
  });

  it('asks for a credential, and says when one is wrong', async () => {
    expect((await get('/probe/machine')).json()).toMatchObject({
      statusCode: 401,
      code: 'auth.required',
    });
    expect((await get('/probe/machine', 'psk_m_wrong')).json()).toMatchObject({
      statusCode: 401,
      code: 'auth.invalid_key',
    });
    expect((await get('/probe/machine', 'a.b.c')).json()).toMatchObject({
      statusCode: 401,
      code: 'auth.invalid_token',
    });
  });
});

describe('another token secret', () => {
  it('ends sessions and second factors, but recovery codes still let in', async () => {
    const { access_token } = (await setUp()).json();
    const bearer = { authorization: `Bearer ${access_token}` };
    const offer = await post('/api/v1/auth/totp', { password: PASSWORD }, bearer);
    const secret: string = offer.json().secret;
    const code = (steps: number) =>
      new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
    const enabled = await post('/api/v1/auth/totp/enable', { totp: code(0) }, bearer);
    const [recovery] = enabled.json().recovery_codes;

    await app.close();
    app = await start({ JWT_SECRET: 'another secret of more than 32 characters' });
    expect((await get('/probe/viewer', access_token)).statusCode).toBe(401);
    const login = (totp: string) =>
      post('/api/v1/auth/login', { email: 'ada@example.com', password: PASSWORD, totp });
    // A step ahead of the one before: good but for the secret, also should the step change meanwhile.
    expect((await login(code(1))).json()).toMatchObject({ code: 'auth.invalid_totp' });
    expect((await login(recovery)).statusCode).toBe(200);
  });
});

describe('the audit log', () => {
  const entries = async (token: string) => (await get('/api/v1/audit', token)).json().items;

  it('tells both addresses of a user who got another one', async () => {
    const { access_token } = (await setUp()).json();
    const { id } = (await get('/api/v1/auth/me', access_token)).json();
    const changed = await app.inject({
      method: 'PATCH',
      url: `/api/v1/users/${id}`,
      payload: { email: 'Countess@example.com' },
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(changed.statusCode).toBe(200);
    expect((await entries(access_token))[0]).toMatchObject({
      action: 'user.change',
      actor_id: id,
      details: { email: 'ada@example.com', new_email: 'countess@example.com', fields: 'email' },
    });
  });

  it('forgets what is older than it is kept', async () => {
    const { access_token } = (await setUp()).json();
    const log = app.get(AuditService);
    const actor = { kind: 'anonymous' } as const;
    const now = Date.now();
    const clock = jest.spyOn(app.get(Clock), 'now').mockReturnValue(now - 10_000);
    await log.record({ action: 'test.old', actor });
    clock.mockRestore();
    expect((await entries(access_token)).map(actionOf)).toEqual(['setup.complete', 'test.old']);
    expect(await log.prune(now - 5_000)).toBe(1);
    expect((await entries(access_token)).map(actionOf)).toEqual(['setup.complete']);
  });
});

function actionOf(entry: { action: string }): string {
  return entry.action;
}

describe('clean-up', () => {
  it('forgets what ended long ago and keeps what counts', async () => {
    const keys = app.get(MachineKeysService);
    const ended = await keys.issue(1, '11111111-1111-4111-8111-111111111111');
    const kept = await keys.issue(1, '11111111-1111-4111-8111-111111111111');
    await app.get(AuthMaintenanceService).prune(new AbortController().signal);
    expect((await get('/probe/machine', ended)).json()).toMatchObject({ code: 'auth.key_revoked' });

    const later = Date.now() + 91 * 86_400_000;
    jest.spyOn(app.get(Clock), 'now').mockReturnValue(later);
    await app.get(AuthMaintenanceService).prune(new AbortController().signal);
    expect((await get('/probe/machine', ended)).json()).toMatchObject({ code: 'auth.invalid_key' });
    expect((await get('/probe/machine', kept)).statusCode).toBe(200);
  });
});
