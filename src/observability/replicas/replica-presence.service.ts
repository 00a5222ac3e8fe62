/** Says every few seconds that this replica is there, and knows which others are. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { JobReportsService } from '../../common/job-reports.service.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import { isoTime } from '../../common/times.js';
import { SERVER_VERSION } from '../../common/version.js';
import { ServerConfig } from '../../config/server-config.js';
import type { JobStatus, ReplicaStatus } from '../../contracts/index.js';
import { metricValue, Rate } from './process-numbers.js';
import type { ReplicaReport } from './replica.entity.js';
import { ReplicasStore } from './replicas.store.js';

const EVERY_MS = 10_000;
/** Three that did not come: the replica is gone. */
const GONE_MS = 35_000;
/** Rows of replicas that vanished are deleted after so long. */
const FORGET_MS = 3_600_000;

/** Keeps the row of this replica in the table `replicas`. */
@Injectable()
export class ReplicaPresenceService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReplicaPresenceService.name);
  private readonly id = randomUUID();
  private readonly startedAt: number;
  private readonly rate = new Rate();
  private samplesPerSecond: number | null = null;
  private readonly task = new PeriodicTask({
    name: 'replica presence',
    everyMs: EVERY_MS,
    jitter: 0.1,
    run: () => this.tell(),
  });

  constructor(
    private readonly store: ReplicasStore,
    private readonly jobs: JobReportsService,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      if (this.config.database.dialect === 'sqlite') {
        // There is one server: whatever else is there was killed.
        await this.store.removeSilent(this.clock.now() + FORGET_MS);
      }
      await this.tell();
    } catch (error) {
      // No reason not to start, e.g. on a full disk.
      this.logger.warn(`others do not know of this replica yet: ${(error as Error).message}`);
    }
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    try {
      await this.store.remove(this.id);
    } catch (error) {
      this.logger.warn(
        `others take this replica for alive for ${GONE_MS / 1_000} more seconds: ${
          (error as Error).message
        }`,
      );
    }
  }

  /** This replica as it is now, the others as they last said, and the jobs of the leader. */
  async status(): Promise<{ replicas: ReplicaStatus[]; jobs: JobStatus[] }> {
    const now = this.clock.now();
    const mine = await this.report();
    const rows = await this.store.seenSince(now - GONE_MS);
    const others = rows
      .filter(({ id }) => id !== this.id)
      .sort((a, b) => (a.report.status.started_at < b.report.status.started_at ? -1 : 1));
    // Who has just lost the lock may still say that it leads: the later word counts.
    const leader = mine.status.leader
      ? mine
      : others.filter(({ report }) => report.status.leader).sort((a, b) => b.seen_at - a.seen_at)[0]
          ?.report;
    return {
      replicas: [
        { id: this.id, current: true, seen_at: isoTime(now), ...mine.status },
        ...others.map(({ id, seen_at, report }) => ({
          id,
          current: false,
          seen_at: isoTime(seen_at),
          ...report.status,
          leader: report === leader,
        })),
      ],
      jobs: leader?.jobs ?? [],
    };
  }

  private async tell(): Promise<void> {
    const now = this.clock.now();
    const accepted = await metricValue('procspy_ingest_samples_total', ['result', 'accepted']);
    this.samplesPerSecond = this.rate.next(accepted, now);
    await this.store.write({ id: this.id, seen_at: now, report: await this.report() });
    await this.store.removeSilent(now - FORGET_MS);
  }

  private async report(): Promise<ReplicaReport> {
    const { isLeader } = this.jobs;
    return {
      status: {
        leader: isLeader,
        host_name: hostname(),
        process_id: process.pid,
        version: SERVER_VERSION,
        node_version: process.version,
        started_at: isoTime(this.startedAt),
        memory_bytes: process.memoryUsage.rss(),
        live_sockets: await metricValue('procspy_sockets', ['namespace', '/live']),
        agent_sockets: await metricValue('procspy_sockets', ['namespace', '/agent']),
        samples_per_second: this.samplesPerSecond,
      },
      jobs: isLeader ? this.jobs.all().map(jobStatus) : [],
    };
  }
}

function jobStatus(job: ReturnType<JobReportsService['all']>[number]): JobStatus {
  return {
    name: job.name,
    last_run_at: isoTime(job.startedAt),
    duration_seconds: job.durationMs / 1_000,
    error: job.error,
    failures: job.failures,
  };
}
