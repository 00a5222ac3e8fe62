/** Lines of exports, written from columns: a month has half a million of them. */
import { METRIC_NAMES } from '../../contracts/index.js';
import type { SampleColumns } from '../store/metrics-store.js';
import { NUMBER_BYTES, writeExactNumber } from './number-text.js';

/** Format of an export. */
export type ExportFormat = 'csv' | 'ndjson';

/** Content type by format. */
export const EXPORT_CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** What stands before a value, between its neighbours, and in its place if it is unknown. */
interface Layout {
  start: Buffer;
  afterTime: Buffer;
  /** By METRIC_NAMES. */
  names: Buffer[];
  unknown: Buffer;
  /** Before and after why metrics are missing; `null` where that is left out. */
  missing: Buffer | null;
  end: Buffer;
}

const LAYOUTS: Record<ExportFormat, Layout> = {
  csv: {
    start: Buffer.from(''),
    afterTime: Buffer.from(''),
    names: METRIC_NAMES.map(() => Buffer.from(',')),
    unknown: Buffer.from(''),
    missing: null,
    end: Buffer.from('\n'),
  },
  ndjson: {
    start: Buffer.from('{"timestamp":"'),
    afterTime: Buffer.from('"'),
    names: METRIC_NAMES.map((name) => Buffer.from(`,"${name}":`)),
    unknown: Buffer.from('null'),
    missing: Buffer.from(',"missing":'),
    end: Buffer.from('}\n'),
  },
};

/** What an export begins with. */
export const EXPORT_HEADS: Record<ExportFormat, string> = {
  csv: `${['timestamp', ...METRIC_NAMES].join(',')}\n`,
  ndjson: '',
};

const CHUNK_BYTES = 256 * 1024;
const TIME_BYTES = 24;

/** The lines of samples, in chunks; `timestamp` first, then the metrics. */
export function* exportLines(
  { times, values, missing }: SampleColumns,
  format: ExportFormat,
): Generator<{ lines: number; chunk: Buffer }> {
  const layout = LAYOUTS[format];
  const names = layout.names.reduce((sum, { length }) => sum + length, 0);
  const usualBytes =
    layout.start.length + TIME_BYTES + names + METRIC_NAMES.length * NUMBER_BYTES + 16;
  const clock = new IsoTimes();
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let at = 0;
  let lines = 0;
  for (let index = 0; index < times.length; index++) {
    const why = missing[index] ?? null;
    const bytes = usualBytes + (why === null ? 0 : 16 + 3 * why.length);
    if (at + bytes > chunk.length) {
      yield { lines, chunk: chunk.subarray(0, at) };
      chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes));
      at = 0;
      lines = 0;
    }
    at = put(chunk, at, layout.start);
    at = clock.write(chunk, at, times[index] as number);
    at = put(chunk, at, layout.afterTime);
    for (let metric = 0; metric < values.length; metric++) {
      at = put(chunk, at, layout.names[metric] as Buffer);
      const value = values[metric]?.[index] ?? Number.NaN;
      at = Number.isNaN(value)
        ? put(chunk, at, layout.unknown)
        : writeExactNumber(chunk, at, value);
    }
    if (why !== null && layout.missing !== null) {
      at = put(chunk, at, layout.missing);
      at += chunk.write(why, at);
    }
    at = put(chunk, at, layout.end);
    lines++;
  }
  yield { lines, chunk: chunk.subarray(0, at) };
}

/** Copies a few bytes, sooner than Buffer.copy does. */
function put(bytes: Buffer, position: number, text: Buffer): number {
  for (let index = 0; index < text.length; index++) {
    bytes[position + index] = text[index] as number;
  }
  return position + text.length;
}

const ZERO = '0'.charCodeAt(0);
const DAY_MS = 86_400_000;

/** Writes times as ISO 8601; their dates are those of their neighbours. */
class IsoTimes {
  private day = Number.NaN;
  private date = Buffer.alloc(0);

  /** Returns the position behind the time (epoch milliseconds). */
  write(bytes: Buffer, position: number, time: number): number {
    const day = Math.floor(time / DAY_MS);
    if (day !== this.day) {
      this.day = day;
      this.date = Buffer.from(new Date(day * DAY_MS).toISOString().slice(0, -13));
    }
    const ms = (time - day * DAY_MS) | 0;
    const seconds = (ms / 1_000) | 0;
    const minutes = (seconds / 60) | 0;
    let at = put(bytes, position, this.date);
    at = twoDigits(bytes, at, (minutes / 60) | 0, ':');
    at = twoDigits(bytes, at, minutes % 60, ':');
    at = twoDigits(bytes, at, seconds % 60, '.');
    bytes[at++] = ZERO + (((ms % 1_000) / 100) | 0);
    return twoDigits(bytes, at, ms % 100, 'Z');
  }
}

function twoDigits(bytes: Buffer, at: number, value: number, then: string): number {
  bytes[at] = ZERO + ((value / 10) | 0);
  bytes[at + 1] = ZERO + (value % 10);
  bytes[at + 2] = then.charCodeAt(0);
  return at + 3;
}
