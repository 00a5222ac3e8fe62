/** The link between replicas: Socket.IO's Redis adapter, without which each serves its own sockets. */
import { Logger } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Counter } from 'prom-client';

const failedCommands = new Counter({
  name: 'procspy_redis_failed_commands_total',
  help: 'Commands to Redis that failed; live values then stay on the replica that received them.',
});

/** Longest pause between two attempts to reach Redis, in milliseconds. */
const MAX_RECONNECT_MS = 5_000;
/** A Redis that says nothing for so long while it should is given up and reached anew. */
const SILENCE_MS = 10_000;

/** A client whose failures are counted and never felt: Redis is the fast path, not the truth. */
class FaultTolerantRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...args);
    if (answer instanceof Promise) {
      answer.catch(() => failedCommands.inc());
    }
    return answer;
  }
}

/** The adapter and how to let go of Redis. */
export interface RedisLink {
  adapter: ReturnType<typeof createAdapter>;
  close(): void;
}

/** Connects to Redis, now or as soon as it is there; never throws and never waits. */
export function linkThroughRedis(url: string): RedisLink {
  const logger = new Logger('Redis');
  const options = {
    connectionName: 'procspy',
    retryStrategy: (attempt: number) =>
      Math.min(100 * 2 ** attempt, MAX_RECONNECT_MS) * (0.5 + Math.random() / 2),
  };
  const publisher = new FaultTolerantRedis(url, {
    ...options,
    // What cannot be sent now is old news later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: SILENCE_MS,
  });
  const subscriber = new FaultTolerantRedis(url, { ...options, maxRetriesPerRequest: null });
  let up: boolean | null = null;
  for (const client of [publisher, subscriber]) {
    client.on('error', (error: Error) => {
      if (up !== false) {
        up = false;
        logger.warn(`Redis cannot be reached (${error.message}); live values stay on each replica`);
      }
    });
    client.on('ready', () => {
      if (up === false) {
        logger.log('Redis is back');
      }
      up = true;
    });
  }
  return {
    adapter: createAdapter(publisher, subscriber, { key: 'procspy' }),
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
