import { AppError } from '../../common/errors.js';
import { RedisService } from '../../common/redis.service.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { SharedLimitsService } from './shared-limits.service.js';

const MINUTE = 60_000;

describe('the back-off of sign-ins', () => {
  let now: number;
  let throttle: LoginThrottleService;

  beforeEach(() => {
    now = 1_000_000;
    throttle = new LoginThrottleService(
      { now: () => now },
      new SharedLimitsService({ redisUrl: null } as never, new RedisService()),
    );
  });

  /** Seconds to wait, 0 if the try was let through. */
  async function attempt(account: string, address: string): Promise<number> {
    try {
      await throttle.begin(account, address);
      return 0;
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('auth.rate_limited');
      return (error as AppError).retryAfterSeconds ?? 0;
    }
  }

  it('starts after five failures and doubles up to a quarter of an hour', async () => {
    expect(await Promise.all(Array.from({ length: 5 }, () => attempt('ada', 'home')))).toEqual([
      0, 0, 0, 0, 0,
    ]);
    const waits: number[] = [];
    for (let count = 0; count < 12; count++) {
      const wait = await attempt('ada', 'home');
      waits.push(wait);
      now += wait * 1000;
      expect(await attempt('ada', 'home')).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('counts tries that are still being decided', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => attempt('ada', 'home')));
    expect(outcomes.filter((wait) => wait === 0)).toHaveLength(5);
  });

  it('leaves other accounts and other addresses alone', async () => {
    for (let count = 0; count < 6; count++) {
      await attempt('ada', 'attacker');
    }
    expect(await attempt('ada', 'attacker')).toBeGreaterThan(0);
    expect(await attempt('ada', 'home')).toBe(0);
    expect(await attempt('bob', 'attacker')).toBe(0);
  });

  it('slows an account that is tried from everywhere, by half a minute at most', async () => {
    for (let count = 0; count < 20; count++) {
      expect(await attempt('ada', `bot ${count}`)).toBe(0);
    }
    let longest = 0;
    for (let count = 20; count < 40; count++) {
      const wait = await attempt('ada', `bot ${count}`);
      longest = Math.max(longest, wait);
      now += wait * 1000;
      await attempt('ada', `bot ${count}`);
    }
    expect(longest).toBe(30);
  });

  it('lets an owner in where they signed in before, however others try from elsewhere', async () => {
    await attempt('ada', 'home');
    await throttle.succeed('ada', 'home');
    for (let count = 0; count < 40; count++) {
      await attempt('ada', `bot ${count}`);
    }
    expect(await attempt('ada', 'new bot')).toBeGreaterThan(0);
    expect(await attempt('ada', 'home')).toBe(0);
    // Guessing from there is held back as ever.
    for (let count = 0; count < 4; count++) {
      await attempt('ada', 'home');
    }
    expect(await attempt('ada', 'home')).toBeGreaterThan(0);
    now += 31 * 24 * 60 * MINUTE;
    for (let count = 0; count < 40; count++) {
      await attempt('ada', `bot ${count}`);
    }
    expect(await attempt('ada', 'home')).toBeGreaterThan(0);
  });

  it('forgets after a success, and after an hour without a failure', async () => {
    for (let count = 0; count < 5; count++) {
      await attempt('ada', 'home');
    }
    await throttle.succeed('ada', 'home');
    expect(await attempt('ada', 'home')).toBe(0);
    for (let count = 0; count < 10; count++) {
      await attempt('bob', 'home');
    }
    now += 61 * MINUTE;
    expect(await attempt('bob', 'home')).toBe(0);
    expect(await attempt('bob', 'home')).toBe(0);
  });
});
