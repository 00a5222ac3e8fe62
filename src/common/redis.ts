/** A client of Redis, which replicas share as a fast path and can do without. */
import { Redis, type RedisOptions } from 'ioredis';
import { Counter } from 'prom-client';

const failedCommands = new Counter({
  name: 'procspy_redis_failed_commands_total',
  help: 'Commands to Redis that failed; live values and limits then stay on each replica.',
});

/** Longest pause between two attempts to reach Redis, in milliseconds. */
const MAX_RECONNECT_MS = 5_000;

/** A client that counts its failures and connects again and again. */
class CountingRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...args);
    if (answer instanceof Promise) {
      answer.catch(() => failedCommands.inc());
    }
    return answer;
  }
}

/** What happens to a connection; each is called once a change. */
export interface RedisListener {
  lost(error: Error): void;
  back(): void;
}

/** Connects now or as soon as Redis is there; never throws and never waits. */
export function connectToRedis(url: string, options: RedisOptions = {}): Redis {
  return new CountingRedis(url, {
    connectionName: 'procspy',
    retryStrategy: (attempt) =>
      Math.min(100 * 2 ** attempt, MAX_RECONNECT_MS) * (0.5 + Math.random() / 2),
    ...options,
  });
}

/** Tells when any of `clients` is lost, and when one is back. */
export function watchRedis(clients: readonly Redis[], listener: RedisListener): void {
  let up: boolean | null = null;
  for (const client of clients) {
    client.on('error', (error: Error) => {
      if (up !== false) {
        up = false;
        listener.lost(error);
      }
    });
    client.on('ready', () => {
      if (up === false) {
        listener.back();
      }
      up = true;
    });
  }
}
