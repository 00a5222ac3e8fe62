/** The link between replicas: Socket.IO's Redis adapter, without which each serves its own sockets. */
import { Logger } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-adapter';
import { type RedisService, watchRedis } from '../common/redis.service.js';

/** A Redis that says nothing for so long while it should is given up and reached anew. */
const SILENCE_MS = 10_000;

/** The adapter and how to let go of Redis. */
export interface RedisLink {
  adapter: ReturnType<typeof createAdapter>;
  close(): void;
}

/** Connects to Redis, now or as soon as it is there; never throws and never waits. */
export function linkThroughRedis(redis: RedisService, url: string): RedisLink {
  const logger = new Logger('Redis');
  const publisher = redis.connect(url, {
    // What cannot be sent now is outdated later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: SILENCE_MS,
  });
  const subscriber = redis.connect(url, { maxRetriesPerRequest: null });
  watchRedis([publisher, subscriber], {
    lost: ({ message }) =>
      logger.warn(`Redis cannot be reached (${message}); live values stay on each replica`),
    back: () => logger.log('Redis is back'),
  });
  return {
    adapter: createAdapter(publisher, subscriber, { key: 'procspy' }),
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
