/** Starts, suspends, resumes and stops an agent that is put together. */
import type { GoodbyeReason } from '../../src/contracts/index.js';
import type { Delivery } from './delivery/delivery.js';
import type { Spool } from './delivery/spool/spool.js';
import { AnnouncedSleep } from './host/announced-sleep.js';
import type { MachineDescriber } from './identity/machine-describer.js';
import type { Sampler } from './sampling/sampler.js';
import type { Clock, Schedule } from './shared/clock.js';
import { errorMessage } from './shared/errors.js';
import type { Log } from './shared/log.js';
import type { StatusReporter } from './status-reporter.js';

/** Longest time that stopping may take for the last push. */
const STOP_GRACE_MS = 2_000;
/** How often to check whether a machine that went to sleep is awake. */
const AWAKE_CHECK_MS = 1_000;
/** How often the spool is maintained. */
const MAINTAIN_MS = 2_000;

/** The parts of an agent that start and end with it. */
export interface AgentComponents {
  sampler: Sampler;
  spool: Spool;
  delivery: Delivery;
  describer: MachineDescriber;
  reporter: StatusReporter;
  clock: Clock;
  schedule: Schedule;
  log: Log;
}

/** One agent, from its start to its end. */
export class Agent {
  private cancelMaintenance: (() => void) | null = null;
  private cancelAwakeCheck: (() => void) | null = null;
  private sleep: AnnouncedSleep | null = null;

  constructor(private readonly parts: AgentComponents) {}

  /** Begins; `onFailure` is called with an error that ends the agent. */
  start(onFailure: (error: unknown) => void): void {
    const { spool, sampler, delivery, describer, log } = this.parts;
    spool.open();
    sampler.start();
    delivery.start(onFailure);
    describer
      .learnMore(log)
      .then((more) => more && delivery.factsChanged())
      .catch(onFailure);
    this.planMaintenance();
  }

  /**
   * The machine is about to sleep: says goodbye and takes no samples, which would make it look awake, until
   * `resume` or until it is seen to be awake.
   */
  async suspend(): Promise<void> {
    if (this.sleep) return;
    const sleep = new AnnouncedSleep(this.parts.clock);
    this.sleep = sleep;
    this.parts.log.info('this machine goes to sleep');
    this.parts.sampler.pause();
    this.planAwakeCheck();
    await this.parts.delivery.suspend();
    if (this.sleep === sleep) this.parts.reporter.write(true);
  }

  /** The machine is awake: goes on. */
  resume(): void {
    if (!this.sleep) return;
    this.sleep = null;
    this.cancelAwakeCheck?.();
    this.parts.log.info('this machine is awake');
    this.parts.delivery.resume();
    this.parts.sampler.resume();
    this.parts.reporter.write(false);
  }

  /** Sends what is at hand, says goodbye with `reason` if there is one, keeps the rest and ends. */
  async stop(reason: GoodbyeReason | null): Promise<void> {
    this.parts.sampler.stop();
    this.cancelMaintenance?.();
    this.cancelAwakeCheck?.();
    await this.parts.delivery.stop(STOP_GRACE_MS, reason);
    this.parts.spool.close();
    this.parts.reporter.write(this.sleep !== null);
  }

  private planAwakeCheck(): void {
    this.cancelAwakeCheck = this.parts.schedule(() => {
      if (this.sleep?.isOver()) this.resume();
      else this.planAwakeCheck();
    }, AWAKE_CHECK_MS);
  }

  private planMaintenance(): void {
    this.cancelMaintenance = this.parts.schedule(() => {
      try {
        this.parts.spool.maintain();
        this.parts.reporter.writeIfDue(this.sleep !== null);
      } catch (error) {
        this.parts.log.error(`the spool could not be maintained: ${errorMessage(error)}`);
      }
      this.planMaintenance();
    }, MAINTAIN_MS);
  }
}
