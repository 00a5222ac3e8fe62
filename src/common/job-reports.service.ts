/** How background jobs went: the scheduler reports here, and whoever shows it reads. */
import { Injectable } from '@nestjs/common';

/** The last run of a job on this replica. */
export interface JobReport {
  name: string;
  /** When the run began, in epoch milliseconds. */
  startedAt: number;
  durationMs: number;
  /** Why the run failed; `null` if it did not. */
  error: string | null;
  /** Runs that failed since the process started. */
  failures: number;
}

/** Remembers the last run of each job. */
@Injectable()
export class JobReportsService {
  private readonly byName = new Map<string, JobReport>();

  /** Whether this replica runs the jobs. */
  isLeader = false;

  /** Takes in how one run went. */
  report(run: Omit<JobReport, 'failures'>): void {
    const before = this.byName.get(run.name)?.failures ?? 0;
    this.byName.set(run.name, { ...run, failures: before + (run.error === null ? 0 : 1) });
  }

  /** The last run of each job, by name. */
  all(): JobReport[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
