/** Streams every stored raw sample of a machine, page by page: constant memory for any size. */
import { Injectable } from '@nestjs/common';
import { counter, gauge } from '../../common/metrics.js';
import { isoTime } from '../../common/times.js';
import { METRIC_NAMES } from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';
import { MetricsStore } from '../store/metrics-store.js';

/** Samples read at a time: a day at five seconds, which is decoded as a whole anyway. */
const PAGE_SIZE = 20_000;
/** Lines of one chunk. */
const CHUNK_SIZE = 1_000;

/** Format of an export. */
export type ExportFormat = 'csv' | 'ndjson';

/** Content type by format. */
export const EXPORT_CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Writes exports. */
@Injectable()
export class ExportService {
  private readonly exportsOpen = gauge({
    name: 'procspy_exports_open',
    help: 'Exports that are being streamed.',
  });
  private readonly exportedSamples = counter({
    name: 'procspy_exported_samples_total',
    help: 'Samples that were read for exports.',
  });
  constructor(private readonly store: MetricsStore) {}

  /** Chunks of text; `timestamp` first, then the sample's metrics. Ends when the reader goes away. */
  async *lines(
    machine: Pick<Sample, 'machineKey' | 'machine_id'>,
    from: number,
    to: number,
    format: ExportFormat,
  ): AsyncGenerator<string> {
    const line = format === 'csv' ? csvLine : jsonLine;
    this.exportsOpen.inc();
    try {
      if (format === 'csv') {
        yield `${['timestamp', ...METRIC_NAMES].join(',')}\n`;
      }
      let start = from;
      while (start < to) {
        const page = await this.store.samples(machine, start, to, PAGE_SIZE);
        const last = page.at(-1);
        if (!last) {
          return;
        }
        this.exportedSamples.inc(page.length);
        for (let at = 0; at < page.length; at += CHUNK_SIZE) {
          yield page
            .slice(at, at + CHUNK_SIZE)
            .map(line)
            .join('');
        }
        start = last.timestamp + 1;
      }
    } finally {
      this.exportsOpen.dec();
    }
  }
}

function csvLine({ timestamp, values }: Sample): string {
  return `${[isoTime(timestamp), ...METRIC_NAMES.map((name) => values[name] ?? '')].join(',')}\n`;
}

function jsonLine({ timestamp, values, missing }: Sample): string {
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, values[name] ?? null]));
  return `${JSON.stringify({ timestamp: isoTime(timestamp), ...metrics, missing })}\n`;
}
