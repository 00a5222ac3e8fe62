/** Connections to Redis, which replicas share as a fast path and can do without. */
import { Injectable } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import type { Counter } from 'prom-client';
import { counter } from './metrics.js';

/** Longest pause between two attempts to reach Redis, in milliseconds. */
const MAX_RECONNECT_MS = 5_000;

/** A client that counts failed commands. */
class CountingRedis extends Redis {
  constructor(
    private readonly failedCommands: Counter,
    url: string,
    options: RedisOptions,
  ) {
    super(url, options);
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...args);
    if (answer instanceof Promise) {
      answer.catch(() => this.failedCommands.inc());
    }
    return answer;
  }
}

/** Called once for each change of a connection. */
export interface RedisListener {
  lost(error: Error): void;
  back(): void;
}

/** Connects to Redis and counts the commands that fail. */
@Injectable()
export class RedisService {
  private readonly failedCommands = counter({
    name: 'procspy_redis_failed_commands_total',
    help: 'Commands to Redis that failed; live values and limits then stay on each replica.',
  });

  /** Connects now or as soon as Redis is available. Neither throws nor waits. */
  connect(url: string, options: RedisOptions = {}): Redis {
    return new CountingRedis(this.failedCommands, url, {
      connectionName: 'procspy',
      retryStrategy: (attempt) =>
        Math.min(100 * 2 ** attempt, MAX_RECONNECT_MS) * (0.5 + Math.random() / 2),
      ...options,
    });
  }
}

/** Notifies `listener` when any of `clients` loses its connection and when one is connected again. */
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
