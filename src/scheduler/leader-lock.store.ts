/** The lock of the leader: held by a PostgreSQL session, so it ends with the process. */
import { Injectable, Logger } from '@nestjs/common';
import { Client } from 'pg';
import { ServerConfig } from '../config/server-config.js';

/** Any number; all replicas must agree on it. */
const LEADER_LOCK = 7_265_004;
const TIMEOUT_MS = 5_000;

/** Takes and keeps the lock. */
@Injectable()
export class LeaderLock {
  private readonly logger = new Logger(LeaderLock.name);
  private client: Client | undefined;
  private held = false;

  constructor(private readonly config: ServerConfig) {}

  /** True if this process holds the lock after the call. */
  async tryHold(): Promise<boolean> {
    const { database } = this.config;
    if (database.dialect === 'sqlite') {
      return true;
    }
    try {
      const client = await this.connected(database.url);
      // Asked each time: a session that died took the lock with it.
      const { rows } = await client.query<{ held: boolean }>(
        this.held ? 'SELECT true AS held' : `SELECT pg_try_advisory_lock(${LEADER_LOCK}) AS held`,
      );
      this.held = rows[0]?.held === true;
    } catch (error) {
      this.logger.warn(`the leader's lock is out of reach: ${(error as Error).message}`);
      await this.release();
    }
    return this.held;
  }

  /** Gives the lock back by ending its session. */
  async release(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.held = false;
    await client?.end().catch((error: Error) => this.logger.debug(error.message));
  }

  private async connected(url: string): Promise<Client> {
    if (!this.client) {
      const client = new Client({
        connectionString: url,
        connectionTimeoutMillis: TIMEOUT_MS,
        query_timeout: TIMEOUT_MS,
        keepAlive: true,
        application_name: 'procspy leader',
      });
      client.on('error', () => {
        this.held = false;
        this.client = undefined;
      });
      await client.connect();
      this.client = client;
    }
    return this.client;
  }
}
