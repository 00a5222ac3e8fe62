/** The machines' gauges for Prometheus, from what presence knows at the time of the scrape. */
import { Injectable, Logger } from '@nestjs/common';
import { METRIC_NAMES, type MetricName } from '../contracts/index.js';
import { PresenceService } from '../machines/presence/presence.service.js';
import { MachineDirectoryService } from '../machines/registry/machine-directory.service.js';
import type { MachineRow } from '../machines/registry/machines.store.js';
import { type ComputedValue, registerComputedMetric } from './computed-metric.js';
import { MACHINE_GAUGES } from './machine-exposition.js';

interface ExposedMachine {
  machine: number;
  online: boolean;
  labels: { machine_id: string; machine: string };
  info: { os: string; agent_version: string };
}

/** Exposes every living machine; of those that fell silent only that they are down. */
@Injectable()
export class MachineMetricsService {
  private readonly logger = new Logger(MachineMetricsService.name);
  private rows: readonly MachineRow[] = [];
  private machines: ExposedMachine[] = [];

  constructor(
    private readonly directory: MachineDirectoryService,
    private readonly presence: PresenceService,
  ) {
    registerComputedMetric(
      'procspy_machine_up',
      'Whether the machine reports: 1 online, 0 not.',
      'gauge',
      () =>
        this.machines.map(({ online, labels }) => ({
          value: online ? 1 : 0,
          sharedLabels: labels,
        })),
    );
    registerComputedMetric('procspy_machine_info', 'What the machine is; always 1.', 'gauge', () =>
      this.machines.map(({ labels, info }) => ({ value: 1, labels: info, sharedLabels: labels })),
    );
    for (const metric of METRIC_NAMES) {
      const { name, help } = MACHINE_GAUGES[metric];
      registerComputedMetric(name, help, 'gauge', () => this.valuesOf(metric));
    }
  }

  /** Looks at all machines; to be called at the beginning of a scrape. */
  async prepare(): Promise<void> {
    try {
      await this.presence.refresh();
      this.rows = await this.directory.all();
    } catch (error) {
      // Just then the server's own metrics matter most: go on with the machines known so far.
      this.logger.warn(`machines as of an earlier scrape: ${(error as Error).message}`);
    }
    this.machines = this.rows.map((row) => ({
      machine: row.key,
      online: this.presence.statusOf(row) === 'online',
      labels: { machine_id: row.machine_id, machine: row.machine_name },
      info: { os: row.os, agent_version: row.agent_version },
    }));
  }

  private valuesOf(metric: MetricName): ComputedValue[] {
    const { divisor } = MACHINE_GAUGES[metric];
    const values: ComputedValue[] = [];
    for (const { machine, online, labels } of this.machines) {
      const value = online ? this.presence.metric(machine, metric) : null;
      if (value !== null) {
        // Rounded, so that 70.2 % is 0.702 and not its neighbour.
        values.push({ value: Math.round(value * 1e6) / (1e6 * divisor), sharedLabels: labels });
      }
    }
    return values;
  }
}
