/** Which replica runs the jobs: the one that holds a lock in PostgreSQL; on SQLite the only one. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LeaderLock } from './leader-lock.store.js';

/** Answers whether this process leads, trying to become the leader each time it is not. */
@Injectable()
export class Leader implements OnApplicationShutdown {
  private readonly logger = new Logger(Leader.name);
  private leading = false;

  constructor(private readonly lock: LeaderLock) {}

  /** True while this process holds the lock; a database that is away means no. */
  async isLeader(): Promise<boolean> {
    const leading = await this.lock.tryHold();
    if (leading !== this.leading) {
      this.leading = leading;
      this.logger.log(leading ? 'this replica runs the jobs' : 'another replica runs the jobs');
    }
    return leading;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lock.release();
  }
}
