/** The running agent: sampler, spool and delivery put together. */
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { GoodbyeReason } from '../../src/contracts/index.js';
import type { AgentConfig } from './config/config.js';
import { Delivery } from './delivery/delivery.js';
import { sayGoodbye } from './delivery/goodbye.js';
import { ServerTime } from './delivery/server-time.js';
import { Spool } from './delivery/spool/spool.js';
import { HttpTransport } from './delivery/transport/http-transport.js';
import type { Transport } from './delivery/transport/transport.js';
import { WebSocketTransport } from './delivery/transport/websocket-transport.js';
import { coreCount } from './host/facts.js';
import { Slumber } from './host/slumber.js';
import type { HttpClient } from './http/http-client.js';
import { Enrolment } from './identity/enrolment.js';
import { IdentityStore } from './identity/identity.js';
import { MachineDescriber } from './identity/machine-describer.js';
import { createCollectors } from './sampling/collectors/index.js';
import { CollectorRunner } from './sampling/collectors/runner.js';
import { Evidence } from './sampling/process-evidence.js';
import { Sampler } from './sampling/sampler.js';
import { type Clock, type Schedule, systemClock, systemSchedule } from './shared/clock.js';
import { errorMessage } from './shared/errors.js';
import type { Log } from './shared/log.js';
import { rootsOf } from './shared/roots.js';
import { AGENT_VERSION } from './shared/version.js';
import { type AgentStatus, writeStatus } from './status-file.js';

/** Longest time that stopping may take for the last push. */
const STOP_GRACE_MS = 2_000;
/** How often to see whether a machine that went to sleep is awake. */
const AWAKE_LOOK_MS = 1_000;
/** The spool is tidied this often. */
const MAINTAIN_MS = 2_000;
/** The status is written at every fifteenth tidying, and whenever its state changed. */
const STATUS_EVERY = 15;

/** What an agent is made from. */
export interface AgentParts {
  config: AgentConfig;
  client: HttpClient;
  /** Certificate authority in PEM that replaces the public ones. */
  ca: string | undefined;
  hostId: string | null;
  log: Log;
  clock?: Clock;
  schedule?: Schedule;
}

/** One agent. */
export class Agent {
  private readonly spool: Spool;
  private readonly enrolment: Enrolment;
  private readonly delivery: Delivery;
  private readonly sampler: Sampler;
  private readonly runners: CollectorRunner[];
  private readonly describer: MachineDescriber;
  private readonly clock: Clock;
  private readonly serverTime: ServerTime;
  private readonly schedule: Schedule;
  private readonly startedMs: number;
  private cancelMaintenance: (() => void) | null = null;
  private lastState = '';
  private slumber: Slumber | null = null;
  private cancelSlumber: (() => void) | null = null;
  private maintained = 0;

  constructor(private readonly parts: AgentParts) {
    const { config, client, hostId, log } = parts;
    this.clock = parts.clock ?? systemClock;
    this.schedule = parts.schedule ?? systemSchedule;
    const { clock, schedule } = this;
    this.startedMs = clock.wallMs();
    this.spool = new Spool({
      folder: join(config.stateDir, 'spool'),
      maxBytes: config.spoolMaxBytes,
      maxAgeMs: config.spoolMaxAgeMs,
      clock,
      log,
    });
    const serverTime = new ServerTime({ clock, client, log });
    this.serverTime = serverTime;
    this.describer = new MachineDescriber(config, hostId);
    this.enrolment = new Enrolment({
      client,
      server: config.server,
      store: new IdentityStore(config.stateDir),
      enrollmentKey: config.enrollmentKey,
      apiKey: config.apiKey,
      describe: () => this.describer.describe(serverTime.clockOffsetSeconds()),
      wallMs: () => serverTime.wallMs(),
      log,
    });
    const roots = rootsOf(config.hostRoot);
    const cores = (roots.host !== null ? coreCount(roots) : null) ?? (cpus().length || 1);
    const evidence = config.evidence ? new Evidence(process.platform, cores, roots) : null;
    this.delivery = new Delivery({
      spool: this.spool,
      transport: this.transport(),
      enrolment: this.enrolment,
      clock,
      serverTime,
      schedule,
      random: Math.random,
      log,
      server: config.server,
      intervalMs: config.intervalMs,
      sayGoodbye: (identity, reason, signal) => sayGoodbye(client, identity, reason, signal),
      maxAheadMs: config.spoolMaxAgeMs,
      onWants: (wants) => evidence?.request(wants, serverTime.wallMs()),
    });
    this.runners = createCollectors(process.platform, { ...config, roots }).map(
      (collector) => new CollectorRunner(collector),
    );
    this.sampler = new Sampler({
      clock: serverTime,
      schedule,
      runners: this.runners,
      intervalMs: config.intervalMs,
      log,
      ...(evidence ? { evidence } : {}),
      deliver: (sample) => {
        const json = JSON.stringify(sample);
        this.delivery.add({ seq: this.spool.append(json), json });
        log.debug(`sample taken: ${sample.timestamp}`);
      },
    });
  }

  /** Begins; `failed` learns of an error that ends the agent. */
  start(failed: (error: unknown) => void): void {
    this.spool.open();
    this.sampler.start();
    this.delivery.start(failed);
    this.describer
      .learnMore(this.parts.log)
      .then((more) => more && this.delivery.factsChanged())
      .catch(failed);
    this.planMaintenance();
  }

  /**
   * The machine is about to sleep: says goodbye and takes no samples, which would make it look awake, until
   * `wakeUp` or until it is seen to be awake.
   */
  async fallAsleep(): Promise<void> {
    if (this.slumber) return;
    const slumber = new Slumber(this.clock);
    this.slumber = slumber;
    this.parts.log.info('this machine goes to sleep');
    this.sampler.pause();
    this.lookWhetherAwake();
    await this.delivery.fallAsleep();
    if (this.slumber === slumber) writeStatus(this.parts.config.stateDir, this.status());
  }

  /** The machine is awake: goes on. */
  wakeUp(): void {
    if (!this.slumber) return;
    this.slumber = null;
    this.cancelSlumber?.();
    this.parts.log.info('this machine is awake');
    this.delivery.wakeUp();
    this.sampler.resume();
    writeStatus(this.parts.config.stateDir, this.status());
  }

  /** Sends what is at hand, says goodbye with `reason` if there is one, keeps the rest and ends. */
  async stop(reason: GoodbyeReason | null): Promise<void> {
    this.sampler.stop();
    this.cancelMaintenance?.();
    this.cancelSlumber?.();
    await this.delivery.stop(STOP_GRACE_MS, reason);
    this.spool.close();
    writeStatus(this.parts.config.stateDir, this.status());
  }

  private transport(): Transport {
    const { config, client, ca } = this.parts;
    const instance = randomUUID();
    return config.transport === 'websocket'
      ? new WebSocketTransport(config.server, client, ca, instance)
      : new HttpTransport(client, () => this.serverTime.wallMs(), instance);
  }

  private lookWhetherAwake(): void {
    this.cancelSlumber = this.schedule(() => {
      if (this.slumber?.isOver()) this.wakeUp();
      else this.lookWhetherAwake();
    }, AWAKE_LOOK_MS);
  }

  private planMaintenance(): void {
    this.cancelMaintenance = this.schedule(() => {
      try {
        this.maintain();
      } catch (error) {
        this.parts.log.error(`the spool could not be tidied: ${errorMessage(error)}`);
      }
      this.planMaintenance();
    }, MAINTAIN_MS);
  }

  private maintain(): void {
    this.spool.maintain();
    this.maintained += 1;
    const { state } = this.delivery.stats;
    if (state === this.lastState && this.maintained % STATUS_EVERY !== 0) return;
    this.lastState = state;
    writeStatus(this.parts.config.stateDir, this.status());
  }

  private status(): AgentStatus {
    const { user, system } = process.cpuUsage();
    return {
      pid: process.pid,
      version: AGENT_VERSION,
      server: this.parts.config.server.href,
      machine_id: this.enrolment.current()?.machineId ?? null,
      started_at: new Date(this.startedMs).toISOString(),
      written_at: new Date(this.clock.wallMs()).toISOString(),
      samples_taken: this.sampler.ticks,
      overruns: this.sampler.overruns,
      memory_bytes: process.memoryUsage.rss(),
      cpu_seconds: Math.round((user + system) / 1e4) / 100,
      asleep: this.slumber !== null,
      delivery: this.delivery.stats,
      spool: this.spool.stats(),
      collectors: this.runners.map(({ stats }) => stats),
    };
  }
}
