/** Metrics of the ingest. */
import { Injectable } from '@nestjs/common';
import { counter, gauge, histogram } from '../../common/metrics.js';

/** Counts for Prometheus; what changes with every push is a plain number until it is scraped. */
@Injectable()
export class IngestMetricsService {
  /** Samples since the start, by what became of them. */
  readonly samples = { accepted: 0, duplicate: 0, rejected: 0 };

  /** The queue whose length is exposed. */
  queue: { readonly size: number } = { size: 0 };

  /** Time of one group commit. */
  readonly writeSeconds = histogram({
    name: 'procspy_ingest_write_seconds',
    help: 'Time of one group commit of samples.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  });

  constructor() {
    const service = this;
    counter({
      name: 'procspy_ingest_samples_total',
      help: 'Samples received, by what became of them.',
      labelNames: ['result'],
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(service.samples)) {
          this.inc({ result }, count);
        }
      },
    });
    gauge({
      name: 'procspy_ingest_queue_samples',
      help: 'Samples that wait for their commit.',
      collect() {
        this.set(service.queue.size);
      },
    });
  }
}
