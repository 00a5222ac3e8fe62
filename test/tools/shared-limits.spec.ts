/** What protects accounts is counted by all replicas together where Redis links them. */
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LoginThrottleService } from '../../src/auth/limits/login-throttle.service.js';
import { RateLimitsService } from '../../src/auth/limits/rate-limits.service.js';
import { SharedLimitsService } from '../../src/auth/limits/shared-limits.service.js';
import { Clock } from '../../src/common/clock.js';
import type { AppError } from '../../src/common/errors.js';
import { RedisService } from '../../src/common/redis.service.js';
import { readServerConfig } from '../../src/config/server-config.js';
import { call } from '../helpers/api.js';
import { startServer, type TestServer } from '../helpers/server.js';
import { waitFor } from '../helpers/wait.js';
import { RedisServer } from './redis-server.js';

describe('replicas that Redis links', () => {
  let redis: RedisServer;
  let replicas: {
    shared: SharedLimitsService;
    throttle: LoginThrottleService;
    limits: RateLimitsService;
  }[];
  let lines: string[];
  let accounts = 0;
  /** An account that no other test uses. */
  let account: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const line = (message: string) => void lines.push(message);
    Logger.overrideLogger({ log: line, warn: line, error: line });
  }, 60_000);

  beforeEach(async () => {
    lines = [];
    account = `account ${accounts++}`;
    const config = readServerConfig({ REDIS_URL: redis.url });
    replicas = ['one', 'two'].map(() => {
      const shared = new SharedLimitsService(config, new RedisService());
      const clock = new Clock();
      return {
        shared,
        throttle: new LoginThrottleService(clock, shared),
        limits: new RateLimitsService(config, clock, shared),
      };
    });
    await linked();
    lines = [];
  });

  afterEach(() => {
    for (const { shared } of replicas) {
      shared.onApplicationShutdown();
    }
  });

  afterAll(async () => {
    await redis?.stop();
  });

  const linked = () =>
    waitFor('both to reach Redis', async () => {
      const answers = await Promise.all(
        replicas.map(({ shared }) => shared.take('probe', 1e6, 1e6)),
      );
      return answers.every((answer) => answer !== null);
    });

  /** Seconds to wait for a try at a replica, 0 if it was let through. */
  const attempt = (replica: number, address = 'home', whose = account) =>
    waitOf(replicas[replica]?.throttle.begin(whose, address));

  async function waitOf(work: Promise<void> | undefined): Promise<number> {
    try {
      await work;
      return 0;
    } catch (error) {
      expect((error as AppError).code).toBe('auth.rate_limited');
      return (error as AppError).retryAfterSeconds ?? 0;
    }
  }

  /** Tries at both replicas at once: how many were let through. */
  async function passed(tries: number, address?: string): Promise<number> {
    const waits = await Promise.all(
      Array.from({ length: tries }, (_, index) => attempt(index % 2, address)),
    );
    return waits.filter((wait) => wait === 0).length;
  }

  it('count tries together, also those of the same moment', async () => {
    // Any further one would need a second, then two, then four: the machine may be slow.
    const free = await passed(40);
    expect(free).toBeGreaterThanOrEqual(5);
    expect(free).toBeLessThan(20);
    expect(await attempt(0, 'elsewhere')).toBe(0);
    expect(await attempt(1, 'home', `${account} of another`)).toBe(0);
  });

  it('forget together after a success', async () => {
    expect(await passed(4)).toBe(4);
    await replicas[0]?.throttle.succeed(account, 'home');
    expect(await passed(4)).toBe(4);
  });

  it('know together where an owner signed in before', async () => {
    await replicas[0]?.throttle.succeed(account, 'home');
    let bots = 0;
    await waitFor('the account to be slowed down', async () => {
      bots++;
      return (await attempt(bots % 2, `bot ${bots}`)) > 0;
    });
    expect(bots).toBeGreaterThan(20);
    expect(await attempt(1, 'home')).toBe(0);
  });

  it('limit the sign-ins of one address together', async () => {
    const address = `192.0.2.${accounts}`;
    const waits = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        waitOf(replicas[index % 2]?.limits.takeSignIn(address)),
      ),
    );
    const heard = waits.filter((wait) => wait === 0).length;
    expect(heard).toBeGreaterThanOrEqual(100);
    expect(heard).toBeLessThan(200);
  });

  it('go by their own counts while Redis is away, and say so once', async () => {
    expect(await passed(4)).toBe(4);
    await redis.stop();
    const free = await passed(60);
    // Each had two of five; nobody is locked out, and nobody may try for ever.
    expect(free).toBeGreaterThanOrEqual(6);
    expect(free).toBeLessThan(30);
    expect(await attempt(0, 'home', `${account} of another`)).toBe(0);
    expect(lines.filter((line) => line.includes('Redis does not answer'))).toHaveLength(2);
    await redis.start();
    await linked();
    expect(lines.filter((line) => line.includes('Redis is back'))).toHaveLength(2);
    account = `${account} again`;
    expect(await passed(40)).toBeLessThan(20);
  }, 60_000);

  it('go by their own counts while Redis hangs', async () => {
    redis.pause();
    try {
      expect(await passed(4)).toBe(4);
      expect(lines.filter((line) => line.includes('Redis does not answer'))).toHaveLength(2);
    } finally {
      redis.resume();
    }
    await linked();
  }, 60_000);
});

describe('two servers that Redis links', () => {
  let redis: RedisServer;
  const servers: TestServer[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url };
    const one = await startServer({ database: 'postgres', env });
    servers.push(one, await startServer({ database: 'postgres', env, beside: one }));
    const client = new Redis(redis.url);
    await waitFor('both servers to reach Redis', async () => {
      const clients = String(await client.client('LIST'));
      return clients.split('name=procspy-limits').length > servers.length;
    });
    client.disconnect();
  }, 60_000);

  afterAll(async () => {
    for (const server of [...servers].reverse()) {
      await server.stop();
    }
    await redis?.stop();
  });

  const tryAt = async (server: TestServer) => {
    const { status } = await call(server, 'POST', '/api/v1/auth/login', {
      json: { email: 'nobody@example.com', password: 'not the password' },
    });
    return status;
  };

  it('let an attacker try no more often than one does', async () => {
    const tries = Array.from({ length: 20 }, (_, index) => servers[index % 2] as TestServer);
    const answers = await Promise.all(tries.map(tryAt));
    const free = answers.filter((status) => status !== 429).length;
    // Each further try would need a second, then two, then four: the machine may be slow.
    expect(free).toBeGreaterThanOrEqual(5);
    expect(free).toBeLessThan(10);
  });
});
