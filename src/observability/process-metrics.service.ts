/** What the process and its event bus tell of themselves. */
import { Injectable } from '@nestjs/common';
import { register } from 'prom-client';
import { DomainEvents } from '../domain-events/domain-events.js';
import { registerComputedMetric } from './computed-metric.js';

/** Gauges of prom-client that end in `_total`, which promtool takes for a fault. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Corrects and completes the default metrics. */
@Injectable()
export class ProcessMetricsService {
  constructor(events: DomainEvents) {
    for (const name of MISNAMED) {
      register.removeSingleMetric(name);
    }
    registerComputedMetric(
      'procspy_event_listener_failures_total',
      'Failures of listeners of domain events.',
      'counter',
      () => [...events.failures].map(([event, value]) => ({ value, labels: { event } })),
    );
  }
}
