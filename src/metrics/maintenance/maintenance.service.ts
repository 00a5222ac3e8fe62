/** The store's housekeeping: roll-ups, retention, budget, deleted machines. Called on the leader. */
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Pace } from '../../common/pace.js';
import { ServerConfig } from '../../config/server-config.js';
import type { RollupTier } from '../../contracts/index.js';
import { MachinesService } from '../../machines/machines.service.js';
import { MetricsStore } from '../store/metrics-store.js';
import { runPaced, runSteps } from './run-steps.js';

/** Every method is safe to repeat, and stops between two steps when its signal is aborted. */
@Injectable()
export class MaintenanceService {
  private readonly logger = new Logger(MaintenanceService.name);
  /** Tiers whose last run did not reach the end: the next one takes no rests. */
  private readonly isBehind: Record<RollupTier, boolean> = { '1m': false, '1h': false };

  constructor(
    private readonly store: MetricsStore,
    private readonly machines: MachinesService,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {}

  /** Rolls up what is complete, minutes before hours. */
  async rollUp(signal: AbortSignal): Promise<void> {
    for (const tier of ['1m', '1h'] as const) {
      const step = () => this.store.rollUp(tier, this.clock.now());
      const { more } = await runPaced(step, signal, new Pace(this.isBehind[tier]));
      this.isBehind[tier] = more;
    }
  }

  /** Puts complete hours into blocks, and complete days into larger ones. */
  async compact(signal: AbortSignal): Promise<void> {
    await runSteps(() => this.store.compact(this.clock.now()), signal);
  }

  /** Makes room for the coming days, and removes what is too old or too much. */
  async retain(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.store.prepare(now);
    const expired = await runSteps(
      () => this.store.expire(now, this.config.retention, signal),
      signal,
    );
    const { storageBudgetBytes } = this.config;
    if (storageBudgetBytes !== null) {
      const shed = await runSteps(() => this.store.shed(now, storageBudgetBytes, signal), signal);
      if (shed > 0) {
        this.logger.warn('PROCSPY_STORAGE_BUDGET is exceeded: the oldest data was removed');
      }
    }
    if (expired > 0) {
      this.logger.debug(`removed expired history (${expired})`);
    }
  }

  /** Removes devices that vanished, and those that a machine has too many of. */
  async forgetDevices(signal: AbortSignal): Promise<void> {
    await runSteps(() => this.store.forgetDevices(), signal);
  }

  /** Removes the history of deleted machines, then the last trace of them. */
  async purgeDeletedMachines(signal: AbortSignal): Promise<void> {
    for (const machine of await this.machines.deletedMachines()) {
      await runSteps(() => this.store.deleteMachine(machine), signal);
      if (signal.aborted) {
        return;
      }
      const { more } = await this.store.deleteMachine(machine);
      if (!more) {
        await this.machines.purge(machine);
      }
    }
  }
}
