/** The lock of the leader: held by a PostgreSQL session, so it ends with the process. */
import { Injectable, Logger } from '@nestjs/common';
import { Client } from 'pg';
import { SingleFlight } from '../common/single-flight.js';
import { ServerConfig } from '../config/server-config.js';
import { ADVISORY_LOCKS } from '../database/advisory-locks.js';

const TIMEOUT_MS = 5_000;
/** PostgreSQL ends the session of a leader that vanished within half a minute, not two hours. */
const KEEPALIVES =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/** Takes and keeps the lock. */
@Injectable()
export class LeaderLockStore {
  private readonly logger = new Logger(LeaderLockStore.name);
  private client: Client | undefined;
  /** From taking the lock to losing it. */
  private term: AbortController | undefined;
  private readonly attempt = new SingleFlight(() => this.ask());

  constructor(private readonly config: ServerConfig) {}

  /**
   * If this process holds the lock after the call: the signal that is aborted when it loses it.
   * Calls at the same time share one answer.
   */
  tryHold(): Promise<AbortSignal | null> {
    return this.attempt.run();
  }

  /** Tells the work under way to stop; the lock stays until it is released. */
  endTerm(): void {
    this.term?.abort();
    this.term = undefined;
  }

  /** Gives the lock back by ending its session. */
  async release(): Promise<void> {
    await this.attempt.settled();
    await this.drop(this.client);
    this.endTerm();
  }

  private async ask(): Promise<AbortSignal | null> {
    const { database } = this.config;
    if (database.dialect === 'sqlite') {
      return this.currentTerm();
    }
    try {
      this.client ??= await this.connect(database.url);
      // Asked each time: a session that died took the lock with it.
      const { rows } = await this.client.query<{ held: boolean }>(
        this.term
          ? 'SELECT true AS held'
          : `SELECT pg_try_advisory_lock(${ADVISORY_LOCKS.leader}) AS held`,
      );
      return rows[0]?.held === true && this.client ? this.currentTerm() : null;
    } catch (error) {
      this.logger.warn(`the leader's lock is out of reach: ${(error as Error).message}`);
      await this.drop(this.client);
      return null;
    }
  }

  private currentTerm(): AbortSignal {
    this.term ??= new AbortController();
    return this.term.signal;
  }

  private async connect(url: string): Promise<Client> {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      options: KEEPALIVES,
      application_name: 'procspy leader',
    });
    client.on('error', () => this.forget(client));
    await client.connect();
    return client;
  }

  /** A late error of an earlier session must not touch the present one. */
  private forget(client: Client): void {
    if (this.client === client) {
      this.client = undefined;
      this.endTerm();
    }
  }

  private async drop(client: Client | undefined): Promise<void> {
    if (client) {
      this.forget(client);
      await client.end().catch((error: Error) => this.logger.debug(error.message));
    }
  }
}
