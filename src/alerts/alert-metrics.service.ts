/** Metrics of alerts: read from the database at each scrape, on any replica. */
import { Injectable, Logger } from '@nestjs/common';
import { gauge } from '../common/metrics.js';
import { ALERT_SEVERITIES } from '../contracts/index.js';
import { AlertsStore } from './records/alerts.store.js';
import { DeliveriesStore } from './records/deliveries.store.js';

/** Alerts that are exposed one by one. */
const EXPOSED_ALERTS = 1_000;

/** Gauges that the database answers. */
@Injectable()
export class AlertMetricsService {
  private readonly logger = new Logger('AlertMetrics');

  constructor(
    private readonly alerts: AlertsStore,
    private readonly deliveries: DeliveriesStore,
  ) {
    const service = this;
    gauge({
      name: 'procspy_alerts_firing',
      help: 'Alerts that fire, acknowledged ones included.',
      labelNames: ['severity'],
      async collect() {
        const counts = await service.read(() => service.alerts.counts());
        this.reset();
        if (!counts) {
          return;
        }
        for (const severity of ALERT_SEVERITIES) {
          const firing = counts.filter(
            (row) => row.severity === severity && row.state !== 'pending',
          );
          this.set(
            { severity },
            firing.reduce((sum, { count }) => sum + count, 0),
          );
        }
      },
    });
    gauge({
      name: 'procspy_alert_state',
      help: 'Every alert that fires or is acknowledged; always 1. At most a thousand.',
      labelNames: ['alertname', 'alertstate', 'severity', 'machine_id', 'machine', 'device'],
      async collect() {
        const rows = await service.read(() => service.alerts.firing(EXPOSED_ALERTS));
        this.reset();
        for (const row of rows ?? []) {
          const labels = {
            alertname: row.rule.name,
            alertstate: row.state,
            severity: row.severity,
            machine_id: row.machine_id,
            machine: row.machine_name,
            device: row.device_name ?? '',
          };
          this.set(labels, 1);
        }
      },
    });
    gauge({
      name: 'procspy_notification_deliveries',
      help: 'Notifications that wait for their delivery, and those that were given up.',
      labelNames: ['state'],
      async collect() {
        const counts = await service.read(() => service.deliveries.counts());
        this.reset();
        if (!counts) {
          return;
        }
        for (const state of ['waiting', 'dead'] as const) {
          this.set({ state }, counts.get(state) ?? 0);
        }
      },
    });
  }

  /** What the database says; nothing while it is away, so that the rest of the scrape goes on. */
  private async read<Result>(query: () => Promise<Result>): Promise<Result | null> {
    try {
      return await query();
    } catch (error) {
      this.logger.warn(`alerts are missing in this scrape: ${(error as Error).message}`);
      return null;
    }
  }
}
