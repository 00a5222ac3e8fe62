/** Runs a job if this replica leads, never twice at once, and reports how it went. */
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { UnavailableError } from '../common/errors.js';
import { JobReportsService } from '../common/job-reports.service.js';
import { counter, histogram } from '../common/metrics.js';
import { faultOf } from '../database/faults.js';
import { LeaderService } from './leader.service.js';

/** Wraps every job of the scheduler. */
@Injectable()
export class JobRunnerService {
  private readonly jobSeconds = histogram({
    name: 'procspy_job_seconds',
    help: 'Time of one run of a background job.',
    labelNames: ['job'] as const,
    buckets: [0.01, 0.1, 0.5, 1, 5, 30, 120],
  });
  private readonly jobFailures = counter({
    name: 'procspy_job_failures_total',
    help: 'Runs of background jobs that failed.',
    labelNames: ['job'] as const,
  });
  private readonly logger = new Logger(JobRunnerService.name);
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly leader: LeaderService,
    private readonly reports: JobReportsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `job` on the leader; skips it while its last run goes on. A failure waits for the next. Its
   * signal is aborted when another replica may lead, or the server stops; to reject with the signal's
   * reason is no failure then.
   */
  async onLeader(name: string, job: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    if (this.running.has(name)) {
      return;
    }
    const run = this.run(name, job);
    this.running.set(name, run);
    try {
      await run;
    } finally {
      this.running.delete(name);
    }
  }

  /** Tells the jobs that are under way to stop, and waits for them. */
  async stop(): Promise<void> {
    this.leader.endTerm();
    await Promise.all(this.running.values());
  }

  private async run(name: string, job: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const term = await this.leader.term();
    if (!term) {
      return;
    }
    const startedAt = this.clock.now();
    const stopTimer = this.jobSeconds.startTimer({ job: name });
    const report = (error: string | null) =>
      this.reports.report({ name, startedAt, durationMs: stopTimer() * 1_000, error });
    try {
      await job(term);
      report(null);
    } catch (error) {
      if (term.aborted && error === term.reason) {
        // Neither done nor failed: what is known of its last run stays.
        this.logger.debug(`${name}: stopped, since the term is over`);
        stopTimer();
        return;
      }
      report((error as Error).message);
      this.jobFailures.inc({ job: name });
      if (isPassing(error)) {
        this.logger.warn(`${name}: ${(error as Error).message}; will be tried again`);
      } else {
        this.logger.error(`${name} failed`, error);
      }
    }
  }
}

/** True for what ends without anybody mending the server. */
function isPassing(error: unknown): boolean {
  const fault = faultOf(error);
  return error instanceof UnavailableError || fault === 'unreachable' || fault === 'storage_full';
}
