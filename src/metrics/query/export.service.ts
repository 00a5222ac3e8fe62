/** Streams every stored raw sample of a machine, a day at a time: constant memory for any size. */
import { Injectable } from '@nestjs/common';
import { counter, gauge } from '../../common/metrics.js';
import type { Sample } from '../../domain-events/event-map.js';
import { MetricsStore } from '../store/metrics-store.js';
import { EXPORT_HEADS, type ExportFormat, exportLines } from './export-lines.js';

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

  /** Chunks of text; ends when the reader goes away. */
  async *lines(
    { machineKey }: Pick<Sample, 'machineKey'>,
    from: number,
    to: number,
    format: ExportFormat,
  ): AsyncGenerator<string | Buffer> {
    this.exportsOpen.inc();
    try {
      if (EXPORT_HEADS[format] !== '') {
        yield EXPORT_HEADS[format];
      }
      let start = from;
      while (start < to) {
        const page = await this.store.sampleColumns(machineKey, start, to);
        const last = page?.times.at(-1);
        if (!page || last === undefined) {
          return;
        }
        for (const { lines, chunk } of exportLines(page, format)) {
          this.exportedSamples.inc(lines);
          yield chunk;
        }
        start = last + 1;
      }
    } finally {
      this.exportsOpen.dec();
    }
  }
}
