/** Counts that all replicas keep together in Redis, for what protects accounts. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisService } from '../../common/redis.service.js';
import { ServerConfig } from '../../config/server-config.js';

/** A sign-in waits no longer than this for Redis. */
const ANSWER_MS = 2_000;
/** A connection on which nothing comes for so long, though an answer is due, is made anew. */
const SILENCE_MS = 10_000;
const KEY = 'procspy:limits';

/**
 * Redis keeps the time, since clocks of replicas differ. A wait is never longer than its pause, also
 * where the clock of Redis was set back. KEYS: the pair, the account, the mark of an address that is
 * known. ARGV: free tries and longest wait (ms) of pair and account, then how long to remember (ms).
 */
const BEGIN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function wait(key, free, longest)
  local found = redis.call('HMGET', key, 'count', 'at')
  local count = tonumber(found[1])
  if not count or count < free then return 0 end
  local pause = math.min(longest, 1000 * 2 ^ math.min(30, count - free))
  return math.max(0, math.min(pause, found[2] + pause - now))
end
local pause = wait(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))
if redis.call('EXISTS', KEYS[3]) == 0 then
  pause = math.max(pause, wait(KEYS[2], tonumber(ARGV[3]), tonumber(ARGV[4])))
end
if pause == 0 then
  for index = 1, 2 do
    redis.call('HINCRBY', KEYS[index], 'count', 1)
    redis.call('HSET', KEYS[index], 'at', now)
    redis.call('PEXPIRE', KEYS[index], ARGV[5])
  end
end
return math.ceil(pause)`;

/** KEYS: the pair, the account, the mark. ARGV: how long the address counts as known (ms). */
const SUCCEED = `
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], '1', 'PX', ARGV[1])
return 0`;

/** A token bucket. ARGV: how many at once, and how many a second after that. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local found = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = capacity
if found[1] then
  tokens = math.min(capacity, found[1] + math.max(0, now - found[2]) * rate / 1000)
end
local pause = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  pause = (1 - tokens) * 1000 / rate
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000))
return math.ceil(pause)`;

/** Whose tries are counted: hashes of the account, and of it with the network of the address. */
export interface TryKeys {
  account: string;
  pair: string;
}

/** How tries are held back; times in milliseconds. */
export interface TryRules {
  freeOfPair: number;
  longestOfPair: number;
  freeOfAccount: number;
  longestOfAccount: number;
  forgetMs: number;
}

/**
 * Answers `null` where Redis is not set or does not answer in time: then each replica goes by its own
 * count, and the log says so once.
 */
@Injectable()
export class SharedLimitsService implements OnApplicationShutdown {
  private readonly logger = new Logger(SharedLimitsService.name);
  private readonly redis: Redis | null;
  private away = false;

  constructor({ redisUrl }: ServerConfig, redis: RedisService) {
    this.redis =
      redisUrl === null
        ? null
        : redis.connect(redisUrl, {
            connectionName: 'procspy-limits',
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            commandTimeout: ANSWER_MS,
            socketTimeout: SILENCE_MS,
          });
    // Who asks next learns of it.
    this.redis?.on('error', () => undefined);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Milliseconds to wait before a try; 0: it is counted as a failure and may be made. */
  begin(keys: TryKeys, rules: TryRules): Promise<number | null> {
    const { freeOfPair, longestOfPair, freeOfAccount, longestOfAccount, forgetMs } = rules;
    const limits = [freeOfPair, longestOfPair, freeOfAccount, longestOfAccount, forgetMs];
    return this.ask(BEGIN, triesOf(keys), limits);
  }

  /** Forgets the failures, and remembers for `knownMs` that the account was used from there. */
  async succeed(keys: TryKeys, knownMs: number): Promise<void> {
    await this.ask(SUCCEED, triesOf(keys), [knownMs]);
  }

  /** Milliseconds until there is a token of `key`; 0: it is taken. */
  take(key: string, capacity: number, perSecond: number): Promise<number | null> {
    return this.ask(TAKE, [`${KEY}:${key}`], [capacity, perSecond]);
  }

  private async ask(
    script: string,
    keys: readonly string[],
    values: readonly number[],
  ): Promise<number | null> {
    if (!this.redis) {
      return null;
    }
    try {
      const answer = await this.redis.eval(script, keys.length, ...keys, ...values);
      if (typeof answer !== 'number') {
        throw new Error('its answer is not a number');
      }
      this.note(null);
      return answer;
    } catch (error) {
      this.note(error as Error);
      return null;
    }
  }

  private note(error: Error | null): void {
    if (error && !this.away) {
      this.logger.warn(
        `Redis does not answer (${error.message}); each replica limits sign-ins by its own count`,
      );
    } else if (!error && this.away) {
      this.logger.log('Redis is back; replicas limit sign-ins together');
    }
    this.away = error !== null;
  }
}

/** The braces keep the keys of an account together in a Redis cluster. */
function triesOf({ account, pair }: TryKeys): string[] {
  const key = `${KEY}:{${account}}`;
  return [`${key}:pair:${pair}`, key, `${key}:known:${pair}`];
}
