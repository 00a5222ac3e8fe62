/** What the server tells Prometheus of its own ingest. */
import { Counter, Gauge, Histogram } from 'prom-client';

/** Samples by what became of them: accepted, duplicate, rejected. */
export const ingestedSamples = new Counter({
  name: 'procspy_ingest_samples_total',
  help: 'Samples received, by what became of them.',
  labelNames: ['result'] as const,
});

let observed = { size: 0 };

/** Exports the length of `queue` from now on. */
export function observeQueue(queue: { readonly size: number }): void {
  observed = queue;
}

new Gauge({
  name: 'procspy_ingest_queue_samples',
  help: 'Samples that wait for their commit.',
  collect() {
    this.set(observed.size);
  },
});

/** Time of one group commit. */
export const writeSeconds = new Histogram({
  name: 'procspy_ingest_write_seconds',
  help: 'Time of one group commit of samples.',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});
