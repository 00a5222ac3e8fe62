/** The running agent: sampler, spool and delivery put together. */
import { join } from 'node:path';
import { type Clock, type Schedule, systemClock, systemSchedule } from './clock.js';
import { createCollectors } from './collectors/index.js';
import { CollectorRunner } from './collectors/runner.js';
import type { AgentConfig } from './config.js';
import { Delivery } from './delivery.js';
import { machineDescriber } from './describe.js';
import { Enrolment } from './enrolment.js';
import { errorMessage } from './errors.js';
import { IdentityStore } from './identity.js';
import type { Log } from './log.js';
import { Sampler } from './sampler.js';
import type { HttpClient } from './sender/http-client.js';
import { HttpTransport } from './sender/http-transport.js';
import { Spool } from './spool/spool.js';

/** Longest time that stopping may take for the last push. */
const STOP_GRACE_MS = 2_000;
/** The spool is tidied this often. */
const MAINTAIN_MS = 10_000;

/** One agent. */
export class Agent {
  private readonly spool: Spool;
  private readonly delivery: Delivery;
  private readonly sampler: Sampler;
  private cancelMaintenance: (() => void) | null = null;

  constructor(
    config: AgentConfig,
    client: HttpClient,
    private readonly log: Log,
    private readonly clock: Clock = systemClock,
    private readonly schedule: Schedule = systemSchedule,
  ) {
    this.spool = new Spool({
      folder: join(config.stateDir, 'spool'),
      maxBytes: config.spoolMaxBytes,
      maxAgeMs: config.spoolMaxAgeMs,
      clock,
      log,
    });
    const enrolment = new Enrolment({
      client,
      server: config.server,
      store: new IdentityStore(config.stateDir),
      enrollmentKey: config.enrollmentKey,
      apiKey: config.apiKey,
      describe: machineDescriber(config),
      wallMs: () => clock.wallMs(),
      log,
    });
    this.delivery = new Delivery({
      spool: this.spool,
      transport: new HttpTransport(client, () => clock.wallMs()),
      enrolment,
      clock,
      schedule,
      random: Math.random,
      log,
      server: config.server,
      intervalMs: config.intervalMs,
      onWants: () => undefined,
    });
    this.sampler = new Sampler({
      clock,
      schedule,
      runners: createCollectors(process.platform, config).map(
        (collector) => new CollectorRunner(collector),
      ),
      intervalMs: config.intervalMs,
      log,
      deliver: (sample) => {
        const json = JSON.stringify(sample);
        this.delivery.add({ seq: this.spool.append(json), json });
      },
    });
  }

  /** Begins; `failed` learns of an error that ends the agent. */
  start(failed: (error: unknown) => void): void {
    this.spool.open();
    this.sampler.start();
    this.delivery.start(failed);
    this.maintain();
  }

  /** Sends what is at hand, keeps the rest and ends. */
  async stop(): Promise<void> {
    this.sampler.stop();
    this.cancelMaintenance?.();
    await this.delivery.stop(STOP_GRACE_MS);
    this.spool.close();
  }

  private maintain(): void {
    this.cancelMaintenance = this.schedule(() => {
      try {
        this.spool.maintain();
      } catch (error) {
        this.log.error(`the spool could not be tidied: ${errorMessage(error)}`);
      }
      this.maintain();
    }, MAINTAIN_MS);
  }
}
