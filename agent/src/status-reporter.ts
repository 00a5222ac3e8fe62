/** Writes the running agent's status file regularly, for `procspy-agent status`. */
import type { AgentConfig } from './config/config.js';
import type { Delivery } from './delivery/delivery.js';
import type { Spool } from './delivery/spool/spool.js';
import type { Enrolment } from './identity/enrolment.js';
import type { CollectorRunner } from './sampling/collectors/runner.js';
import type { Sampler } from './sampling/sampler.js';
import type { Clock } from './shared/clock.js';
import { AGENT_VERSION } from './shared/version.js';
import { type AgentStatus, writeStatus } from './status-file.js';

/** An unchanged state is written at every fifteenth call. */
const UNCHANGED_EVERY = 15;

/** The parts of an agent whose state is reported. */
export interface ReportedParts {
  config: AgentConfig;
  clock: Clock;
  runners: readonly CollectorRunner[];
  sampler: Sampler;
  spool: Spool;
  enrolment: Enrolment;
  delivery: Delivery;
}

/** Keeps the status file of one agent. */
export class StatusReporter {
  private readonly startedMs: number;
  private lastState = '';
  private calls = 0;

  constructor(private readonly parts: ReportedParts) {
    this.startedMs = parts.clock.wallMs();
  }

  /** Writes the status now. */
  write(asleep: boolean): void {
    writeStatus(this.parts.config.stateDir, this.status(asleep));
  }

  /** Writes the status if the delivery's state has changed, or has not been written for long. */
  writeIfDue(asleep: boolean): void {
    this.calls += 1;
    const { state } = this.parts.delivery.stats;
    if (state === this.lastState && this.calls % UNCHANGED_EVERY !== 0) return;
    this.lastState = state;
    this.write(asleep);
  }

  private status(asleep: boolean): AgentStatus {
    const { clock, config, delivery, enrolment, runners, sampler, spool } = this.parts;
    const { user, system } = process.cpuUsage();
    return {
      pid: process.pid,
      version: AGENT_VERSION,
      server: config.server.href,
      machine_id: enrolment.current()?.machineId ?? null,
      started_at: new Date(this.startedMs).toISOString(),
      written_at: new Date(clock.wallMs()).toISOString(),
      samples_taken: sampler.ticks,
      overruns: sampler.overruns,
      memory_bytes: process.memoryUsage.rss(),
      cpu_seconds: Math.round((user + system) / 1e4) / 100,
      asleep,
      delivery: delivery.stats,
      spool: spool.stats(),
      collectors: runners.map(({ stats }) => stats),
    };
  }
}
