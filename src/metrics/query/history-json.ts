/**
 * History as JSON, written from the buckets at once: an answer has tens of thousands of numbers, and making
 * objects of them would take longer than reading them from the database.
 */
import { isoTime } from '../../common/times.js';
import type { DeviceHistory, FleetHistory, MetricHistory, Tier } from '../../contracts/index.js';
import type { BucketColumn } from '../store/columns/bucket-column.js';
import type { SeriesBuckets } from '../store/metrics-store.js';
import { NUMBER_BYTES, writeNumber } from './number-text.js';
import type { Resolution } from './resolution.js';

/** Buckets of a series with the names of their metrics. */
export interface NamedSeries {
  metrics: readonly string[];
  /** `undefined` if there are none. */
  buckets: SeriesBuckets | undefined;
}

/** The answer MetricHistory. */
export function machineHistoryJson(
  { machine_id }: Pick<MetricHistory, 'machine_id'>,
  resolution: Resolution,
  series: NamedSeries,
): Buffer {
  const json = new HistoryJson(resolution, series.metrics.length);
  json.text(`{"machine_id":${JSON.stringify(machine_id)},`);
  json.range();
  json.text(',"columns":{');
  json.timestamps();
  json.columns(series, ',');
  json.text('}}');
  return json.finish();
}

/** The answer FleetHistory. */
export function fleetHistoryJson(
  resolution: Resolution,
  machines: readonly (Pick<FleetHistory['machines'][number], 'machine_id'> & NamedSeries)[],
): Buffer {
  const json = new HistoryJson(resolution, metricsOf(machines));
  json.text('{');
  json.range();
  json.text(',');
  json.timestamps();
  json.list('machines', machines, ({ machine_id }) => ({ machine_id }));
  return json.finish();
}

/** The answer DeviceHistory. */
export function deviceHistoryJson(
  { machine_id, kind }: Pick<DeviceHistory, 'machine_id' | 'kind'>,
  resolution: Resolution,
  devices: readonly (Pick<DeviceHistory['devices'][number], 'name'> & NamedSeries)[],
): Buffer {
  const json = new HistoryJson(resolution, metricsOf(devices));
  json.text(`{"machine_id":${JSON.stringify(machine_id)},"kind":${JSON.stringify(kind)},`);
  json.range();
  json.text(',');
  json.timestamps();
  json.list('devices', devices, ({ name }) => ({ name }));
  return json.finish();
}

function metricsOf(items: readonly NamedSeries[]): number {
  return items.reduce((sum, { metrics }) => sum + metrics.length, 0);
}

/** What most numbers take with their comma. */
const USUAL_BYTES = 9;
const SMALLEST_BYTES = 16 * 1024;
const NULL = Buffer.from('null');
const COMMA = ','.charCodeAt(0);

/** Writes the parts of an answer. */
class HistoryJson {
  private bytes: Buffer;
  private length = 0;
  private readonly steps: number;

  constructor(
    private readonly resolution: Resolution,
    /** How many metrics all series have together. */
    metrics: number,
  ) {
    const { from, to, stepMs, tier } = resolution;
    this.steps = Math.max(0, Math.round((to - from) / stepMs));
    const columns = 1 + metrics * (hasExtremes(tier) ? 3 : 1);
    this.bytes = Buffer.allocUnsafe(SMALLEST_BYTES + columns * this.steps * USUAL_BYTES);
  }

  text(text: string): void {
    this.reserve(3 * text.length);
    this.length += this.bytes.write(text, this.length);
  }

  /** The members of HistoryRange. */
  range(): void {
    const { from, to, stepMs, tier } = this.resolution;
    const range = { from: isoTime(from), to: isoTime(to), step_seconds: stepMs / 1_000, tier };
    this.text(JSON.stringify(range).slice(1, -1));
  }

  /** The starts of all steps, epoch milliseconds. */
  timestamps(): void {
    const { from, stepMs } = this.resolution;
    const times = Array.from({ length: this.steps }, (_, step) => from + step * stepMs);
    this.text(`"timestamp":${JSON.stringify(times)}`);
  }

  /** A list of series, each an object with what `describe` tells and its columns. */
  list<item extends NamedSeries>(
    name: string,
    items: readonly item[],
    describe: (item: item) => object,
  ): void {
    this.text(`,${JSON.stringify(name)}:[`);
    for (const [index, item] of items.entries()) {
      const head = JSON.stringify(describe(item)).slice(0, -1);
      this.text(`${index > 0 ? ',' : ''}${head},"columns":{`);
      this.columns(item, '');
      this.text('}}');
    }
    this.text(']}');
  }

  /** A column for each metric, and with rolled-up tiers its extremes; `first` goes before the first one. */
  columns({ metrics, buckets }: NamedSeries, first: string): void {
    let separator = first;
    for (const [index, metric] of metrics.entries()) {
      const column = buckets?.columns[index];
      this.column(`${separator}"${metric}":[`, column, mean);
      separator = ',';
      if (hasExtremes(this.resolution.tier)) {
        this.column(`,"${metric}_min":[`, column, least);
        this.column(`,"${metric}_max":[`, column, greatest);
      }
    }
  }

  finish(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** One column; `null` where nothing was counted. */
  private column(
    name: string,
    buckets: BucketColumn | undefined,
    valueAt: (buckets: BucketColumn, step: number) => number,
  ): void {
    this.text(name);
    this.reserve(this.steps * NUMBER_BYTES);
    const { bytes } = this;
    let at = this.length;
    for (let step = 0; step < this.steps; step++) {
      if (buckets !== undefined && (buckets.count[step] as number) > 0) {
        at = writeNumber(bytes, at, valueAt(buckets, step));
      } else {
        bytes[at] = NULL[0] as number;
        bytes[at + 1] = NULL[1] as number;
        bytes[at + 2] = NULL[2] as number;
        bytes[at + 3] = NULL[3] as number;
        at += 4;
      }
      bytes[at++] = COMMA;
    }
    this.length = this.steps > 0 ? at - 1 : at;
    this.text(']');
  }

  private reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.ceil(1.5 * (this.length + count)));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
  }
}

function mean({ sum, count }: BucketColumn, step: number): number {
  return (sum[step] as number) / (count[step] as number);
}

function least({ min }: BucketColumn, step: number): number {
  return min[step] as number;
}

function greatest({ max }: BucketColumn, step: number): number {
  return max[step] as number;
}

function hasExtremes(tier: Tier): boolean {
  return tier !== 'raw';
}
