/** Which replica runs the jobs: the one that holds a lock in PostgreSQL; on SQLite the only one. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { JobReportsService } from '../common/job-reports.service.js';
import { LeaderLockStore } from './leader-lock.store.js';

/** Answers whether this process leads, trying to become the leader each time it is not. */
@Injectable()
export class LeaderService implements OnApplicationShutdown {
  private readonly logger = new Logger(LeaderService.name);
  constructor(
    private readonly lock: LeaderLockStore,
    private readonly reports: JobReportsService,
  ) {}

  /**
   * While this process holds the lock: the signal that is aborted as soon as it does no longer, or
   * should stop. `null` where another leads or the database is away.
   */
  async term(): Promise<AbortSignal | null> {
    const term = await this.lock.tryHold();
    const leads = term !== null;
    if (leads !== this.reports.isLeader) {
      this.reports.isLeader = leads;
      this.logger.log(leads ? 'this replica runs the jobs' : 'another replica runs the jobs');
    }
    return term;
  }

  /** Tells the jobs under way to stop. */
  endTerm(): void {
    this.lock.endTerm();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lock.release();
  }
}
