/** Answers raw samples: in columns for exports, one by one for alerts. */
import {
  DEVICE_METRIC_CATALOG,
  type DeviceKind,
  type DeviceMetricName,
  METRIC_CATALOG,
  METRIC_NAMES,
  type MetricName,
} from '../../../contracts/index.js';
import type { PackedFields } from '../columns/packed-row.js';
import {
  type DeviceReading,
  type MachineReading,
  READINGS_PER_SERIES,
  type ReadCursor,
  type SampleColumns,
} from '../metrics-store.js';
import { BLOCK_MS, blockStart } from './blocks.js';
import { RAW } from './column-codec.js';
import { type ColumnId, columnId, columnKey, MACHINE } from './column-id.js';
import { HEAD_TABLES, type HistoryStorage } from './history-storage.js';
import { mergeSegments } from './merged-parts.js';
import { groupBy, type Segment, unpackRows } from './segment.js';
import { endOfBlocks, logDamage, MISSING, readSegments } from './segment-reader.js';

/** Reads samples. */
export class SampleReader {
  constructor(private readonly storage: HistoryStorage) {}

  /** Raw samples of the first day that has some in `[from, to)`; `null` if none has. */
  async sampleColumns(machine: number, from: number, to: number): Promise<SampleColumns | null> {
    let start = await this.firstTime(machine, from);
    while (start !== null && start < to) {
      // A block is decoded as a whole anyway.
      const end = Math.min(to, blockStart('raw', 'large', start) + BLOCK_MS.raw.large);
      const range = { machine, from: start, to: end, columns: SAMPLE_COLUMNS };
      const segments = await readSegments(this.storage.session, RAW, [range]);
      const day = samplesOf(mergeSegments(segments.get(machine) ?? [], RAW), start, end);
      if (day.times.length > 0) {
        return day;
      }
      start = end < to ? await this.firstTime(machine, end) : null;
    }
    return null;
  }

  /** A time at which the machine's first sample at `from` or later may be; `null` if there is none. */
  private async firstTime(machine: number, from: number): Promise<number | null> {
    const first = await this.storage.session.firstTimeOf(machine, from);
    return first === null ? null : Math.max(first, from);
  }

  /** Raw samples after each machine's cursor. */
  async machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]> {
    const ids = metrics.map((name) => METRIC_CATALOG[name].id);
    const moments = await this.readOn(cursors, until);
    return moments.map(({ machine, time, fields }) => ({
      machine,
      timestamp: time,
      values: pick(fields[0], ids),
    }));
  }

  /** Raw values of devices after each machine's cursor, ordered by machine and time. */
  async deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]> {
    const ids = metrics.map((name) => DEVICE_METRIC_CATALOG[name].id);
    const moments = await this.readOn(cursors, until);
    const machines = [...new Set(moments.map(({ machine }) => machine))];
    const devices = new Map(
      (await this.storage.session.devicesOf(machines, kinds)).map((device) => [device.id, device]),
    );
    return moments.flatMap(({ machine, time, fields }) =>
      fields.flatMap((field) => {
        const device = devices.get(field.device);
        const values = device === undefined ? [] : pick(field, ids);
        return device === undefined || values.every((value) => value === null)
          ? []
          : [{ machine, timestamp: time, kind: device.kind, name: device.name, values }];
      }),
    );
  }

  /** The newest samples after each cursor; blocks are read only for cursors before their end. */
  private async readOn(cursors: readonly ReadCursor[], until: number): Promise<Moment[]> {
    const ranges = cursors.map(({ machine, after }) => ({
      machine,
      from: after + 1,
      to: until + 1,
      columns: null,
    }));
    const { session } = this.storage;
    const end = endOfBlocks('raw', await session.state());
    const recent = ranges.filter(({ from }) => from >= end);
    const moments: Moment[] = [];
    for (const table of HEAD_TABLES.raw) {
      const rows = await session.headRows(table, recent, READINGS_PER_SERIES);
      for (const { row, fields } of unpackRows(rows, RAW, logDamage('raw'))) {
        moments.push({ machine: row.machine, time: row.time, fields });
      }
    }
    // What was sealed while it was read may have left the head.
    const hasMoved = endOfBlocks('raw', await session.state()) > end;
    const old = hasMoved ? ranges : ranges.filter(({ from }) => from < end);
    const found = await readSegments(session, RAW, old, { limit: READINGS_PER_SERIES });
    const fromBlocks = old.flatMap(({ machine, from, to }) =>
      momentsOf(machine, mergeSegments(found.get(machine) ?? [], RAW), from, to),
    );
    return firstOfEach(hasMoved ? fromBlocks : [...moments, ...fromBlocks]);
  }
}

/** A sample with its fields, the machine's own first. */
interface Moment {
  machine: number;
  time: number;
  fields: PackedFields<number>[];
}

function momentsOf(
  machine: number,
  { times, columns }: Segment<Float64Array>,
  from: number,
  to: number,
): Moment[] {
  const moments: Moment[] = [];
  const keys = [...columns.keys()].sort((one, other) => one - other);
  for (const [index, time] of times.entries()) {
    if (time < from || time >= to) {
      continue;
    }
    const fields: PackedFields<number>[] = [{ device: MACHINE, metrics: [], values: [] }];
    for (const key of keys) {
      const value = at(columns.get(key), index);
      const { device, metric } = columnId(key);
      if (fields.at(-1)?.device !== device) {
        fields.push({ device, metrics: [], values: [] });
      }
      if (value !== null) {
        fields.at(-1)?.metrics.push(metric);
        fields.at(-1)?.values.push(value);
      }
    }
    moments.push({ machine, time, fields });
  }
  return moments;
}

/** In the order of machine and time, at most READINGS_PER_SERIES of each machine. */
function firstOfEach(moments: Moment[]): Moment[] {
  moments.sort((one, other) => one.machine - other.machine || one.time - other.time);
  return groupBy(moments, ({ machine }) => machine).flatMap((group) =>
    group.slice(0, READINGS_PER_SERIES),
  );
}

function pick(fields: PackedFields<number> | undefined, ids: readonly number[]): (number | null)[] {
  return ids.map((id) => {
    const index = fields?.metrics.indexOf(id) ?? -1;
    return index < 0 ? null : (fields?.values[index] ?? null);
  });
}

const SAMPLE_COLUMNS: readonly ColumnId[] = [
  ...METRIC_NAMES.map((name) => ({ device: MACHINE, metric: METRIC_CATALOG[name].id })),
  MISSING,
];

/** What is in `[from, to)`. */
function samplesOf(
  { times, columns, missing }: Segment<Float64Array>,
  from: number,
  to: number,
): SampleColumns {
  const first = times.findIndex((time) => time >= from);
  const last = times.findLastIndex((time) => time < to);
  const [start, end] = first < 0 ? [0, 0] : [first, last + 1];
  return {
    times: times.subarray(start, end),
    values: METRIC_NAMES.map((name) => {
      const column = columns.get(columnKey({ device: MACHINE, metric: METRIC_CATALOG[name].id }));
      return column?.subarray(start, end) ?? null;
    }),
    missing: missing?.slice(start, end) ?? [],
  };
}

function at(column: Float64Array | undefined, index: number): number | null {
  const value = column?.[index];
  return value === undefined || Number.isNaN(value) ? null : value;
}
