/** What the server tells Prometheus of its own ingest. */
import { Counter, Gauge, Histogram } from 'prom-client';

/** Samples since the start by what became of them. Plain numbers: they change with every push. */
export const ingestedSamples = { accepted: 0, duplicate: 0, rejected: 0 };

new Counter({
  name: 'procspy_ingest_samples_total',
  help: 'Samples received, by what became of them.',
  labelNames: ['result'] as const,
  collect() {
    this.reset();
    for (const [result, count] of Object.entries(ingestedSamples)) {
      this.inc({ result }, count);
    }
  },
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
