import type { AppError } from '../../common/errors.js';
import { RedisService } from '../../common/redis.service.js';
import { RateLimitsService } from './rate-limits.service.js';
import { SharedLimitsService } from './shared-limits.service.js';

describe('limits of wrong credentials', () => {
  it.each(['viewer', 'enrollment'] as const)(
    'hear an address no more that has shown too many, on %s routes',
    (level) => {
      const limits = new RateLimitsService(
        { ingestRateLimit: 1 } as never,
        { now: () => 0 },
        new SharedLimitsService({ redisUrl: null } as never, new RedisService()),
      );
      const isHeard = (address: string) => {
        try {
          limits.checkRefused(level, address);
          limits.refused(level, address);
          return true;
        } catch (error) {
          expect((error as AppError).code).toBe('auth.rate_limited');
          return false;
        }
      };
      const tries = Array.from({ length: 5_000 }, () => isHeard('192.0.2.1'));
      const most = level === 'viewer' ? 3_000 : 50;
      expect(tries.filter(Boolean)).toHaveLength(most);
      expect(isHeard('192.0.2.2')).toBe(true);
      expect(isHeard('2001:db8::1')).toBe(true);
    },
  );
});
