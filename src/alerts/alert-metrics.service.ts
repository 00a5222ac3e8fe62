/** Metrics of alerts: read from the database at each scrape, on any replica. */
import { Injectable, Logger } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ALERT_SEVERITIES } from '../contracts/index.js';
import { AlertsStore } from './records/alerts.store.js';
import { DeliveriesStore } from './records/deliveries.store.js';

/** Alerts that are exposed one by one. */
const EXPOSED_ALERTS = 1_000;

interface Sources {
  alerts: AlertsStore;
  deliveries: DeliveriesStore;
}

const logger = new Logger('AlertMetrics');
let observed: Sources | undefined;

/** What the database says; nothing while it is away, so that the rest of the scrape goes on. */
async function read<result>(query: (from: Sources) => Promise<result>): Promise<result | null> {
  try {
    return observed ? await query(observed) : null;
  } catch (error) {
    logger.warn(`alerts are missing in this scrape: ${(error as Error).message}`);
    return null;
  }
}

new Gauge({
  name: 'procspy_alerts_firing',
  help: 'Alerts that fire, acknowledged ones included.',
  labelNames: ['severity'] as const,
  async collect() {
    const counts = await read(({ alerts }) => alerts.counts());
    this.reset();
    if (!counts) {
      return;
    }
    for (const severity of ALERT_SEVERITIES) {
      const firing = counts.filter((row) => row.severity === severity && row.state !== 'pending');
      this.set(
        { severity },
        firing.reduce((sum, { count }) => sum + count, 0),
      );
    }
  },
});

new Gauge({
  name: 'procspy_alert_state',
  help: 'Every alert that fires or is acknowledged; always 1. At most a thousand.',
  labelNames: ['alertname', 'alertstate', 'severity', 'machine_id', 'machine', 'device'] as const,
  async collect() {
    const rows = await read(({ alerts }) => alerts.firing(EXPOSED_ALERTS));
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

new Gauge({
  name: 'procspy_notification_deliveries',
  help: 'Notifications that wait for their delivery, and those that were given up.',
  labelNames: ['state'] as const,
  async collect() {
    const counts = await read(({ deliveries }) => deliveries.counts());
    this.reset();
    if (!counts) {
      return;
    }
    for (const state of ['waiting', 'dead'] as const) {
      this.set({ state }, counts.get(state) ?? 0);
    }
  },
});

/** Gives the gauges their source. */
@Injectable()
export class AlertMetricsService {
  constructor(alerts: AlertsStore, deliveries: DeliveriesStore) {
    observed = { alerts, deliveries };
  }
}
