/** The store's housekeeping: roll-ups, retention, budget, deleted machines. Called on the leader. */
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ServerConfig } from '../../config/server-config.js';
import { MachinesService } from '../../machines/machines.service.js';
import { MetricsStore } from '../store/metrics-store.js';
import { runSteps } from './run-steps.js';

/** Every method is safe to repeat and ends early when the server stops. */
@Injectable()
export class MaintenanceService implements OnModuleDestroy {
  private readonly logger = new Logger(MaintenanceService.name);
  private stopping = false;

  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachinesService,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {}

  /** Rolls up what is complete, minutes before hours. */
  async rollUp(): Promise<void> {
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => this.store.rollUp(tier, this.clock.now()), this.goOn);
    }
  }

  /** Makes room for the coming days, and removes what is too old or too much. */
  async retain(): Promise<void> {
    const now = this.clock.now();
    await this.store.prepare(now);
    const expired = await runSteps(() => this.store.expire(now, this.config.retention), this.goOn);
    const { storageBudgetBytes } = this.config;
    if (storageBudgetBytes !== null) {
      const shed = await runSteps(() => this.store.shed(now, storageBudgetBytes), this.goOn);
      if (shed > 0) {
        this.logger.warn('PROCSPY_STORAGE_BUDGET is exceeded: the oldest data was removed');
      }
    }
    if (expired > 0) {
      this.logger.debug(`removed expired history (${expired})`);
    }
  }

  /** Removes the history of deleted machines, then the last trace of them. */
  async purgeDeletedMachines(): Promise<void> {
    for (const machine of await this.machines.deletedMachines()) {
      await runSteps(() => this.store.deleteMachine(machine), this.goOn);
      const { more } = await this.store.deleteMachine(machine);
      if (!more) {
        await this.machines.purge(machine);
      }
    }
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private readonly goOn = () => !this.stopping;
}
