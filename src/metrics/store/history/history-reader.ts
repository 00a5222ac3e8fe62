/** Answers queries: buckets for charts, samples, readings for alerts. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DEVICE_METRIC_CATALOG,
  type DeviceKind,
  type DeviceMetricName,
  METRIC_CATALOG,
  METRIC_NAMES,
  type MetricName,
  type Tier,
} from '../../../contracts/index.js';
import { DoublesArena } from '../columns/doubles.js';
import type { PackedFields } from '../columns/packed-row.js';
import {
  type BucketQuery,
  type Device,
  type DeviceReading,
  type MachineReading,
  READINGS_PER_SERIES,
  type ReadCursor,
  type SampleColumns,
  type SeriesBuckets,
} from '../metrics-store.js';
import { segmentsOf, type Segment as TierSegment, upToDirty } from '../segments.js';
import type { StoreState } from '../state.js';
import { ChartSteps } from './aggregate.js';
import { RAW, ROLLED_UP } from './column-codec.js';
import { type ColumnId, columnId, columnKey, MACHINE } from './column-id.js';
import { HEAD_TABLES, type HistorySession, type HistoryStorage } from './history-storage.js';
import type { Rollup } from './rollup.js';
import { groupBy, mergeSegments, type Segment, segmentOfRows, unpackRows } from './segment.js';
import {
  endOfBlocks,
  logDamage,
  MISSING,
  readSegments,
  readStored,
  segmentsOfStored,
  wantedColumns,
} from './segment-reader.js';

const DAY_MS = 86_400_000;
/** Spaces that are kept for the next queries. */
const ARENAS_KEPT = 2;
/** Machines of a chart that are decoded before others get a turn. */
const MACHINES_PER_TURN = 10;

/** Reads the history of all tiers. */
export class HistoryReader {
  /** Spaces to decode into that nobody uses now. */
  private readonly arenas: DoublesArena[] = [];

  constructor(
    private readonly storage: HistoryStorage,
    private readonly rollup: Rollup,
  ) {}

  /** Buckets of machines. */
  async machineBuckets(query: BucketQuery<MetricName>): Promise<SeriesBuckets[]> {
    const metrics = query.metrics.map((name) => METRIC_CATALOG[name].id);
    const columns = metrics.map((metric) => ({ device: MACHINE, metric }));
    const charts = await this.charts(
      query,
      new Map(query.keys.map((machine) => [machine, columns])),
    );
    return [...charts].map(([machine, steps]) => steps.ofMachine(machine, metrics));
  }

  /** Buckets of devices. */
  async deviceBuckets(query: BucketQuery<DeviceMetricName>): Promise<SeriesBuckets[]> {
    const metrics = query.metrics.map((name) => DEVICE_METRIC_CATALOG[name].id);
    const devices = await this.storage.session.devicesById(query.keys);
    const wanted = new Map<number, ColumnId[]>();
    for (const { id, machine } of devices) {
      const columns = wanted.get(machine) ?? [];
      columns.push(...metrics.map((metric) => ({ device: id, metric })));
      wanted.set(machine, columns);
    }
    const charts = await this.charts(query, wanted);
    return devices
      .sort((one, other) => one.id - other.id)
      .flatMap(({ id, machine }) => charts.get(machine)?.ofDevice(id, metrics) ?? []);
  }

  /** The steps of a query for each machine, in the order of machines. */
  private async charts(
    query: BucketQuery<string>,
    wanted: ReadonlyMap<number, readonly ColumnId[]>,
  ): Promise<Map<number, ChartSteps>> {
    const charts = new Map<number, ChartSteps>();
    for (const machine of [...wanted.keys()].sort((one, other) => one - other)) {
      const keys = (wanted.get(machine) ?? []).map(columnKey);
      charts.set(machine, new ChartSteps(query, keys));
    }
    const state = await this.readableState(query.tier, [...charts.keys()]);
    await Promise.all(
      segmentsOf(query.tier, query.from, query.to, state).map((segment) =>
        this.fill(charts, wanted, segment, state),
      ),
    );
    return charts;
  }

  private async fill(
    charts: ReadonlyMap<number, ChartSteps>,
    wanted: ReadonlyMap<number, readonly ColumnId[]>,
    { tier, from, to }: TierSegment,
    state: StoreState,
  ): Promise<void> {
    const ranges = [...wanted].map(([machine, columns]) => ({ machine, from, to, columns }));
    const stored = await readStored(this.storage.session, tier, ranges, { state });
    const columns = wantedColumns(ranges);
    const arena = this.arenas.pop() ?? new DoublesArena();
    let turn = 0;
    for (const [machine, history] of stored) {
      const chart = charts.get(machine);
      arena.reset();
      if (tier === 'raw') {
        const segments = segmentsOfStored(history, RAW, columns, arena.allocate);
        chart?.addSamples(segments, from, to);
      } else {
        const segments = segmentsOfStored(history, ROLLED_UP[tier], columns, arena.allocate);
        chart?.addBuckets(segments, from, to);
      }
      if (++turn % MACHINES_PER_TURN === 0) {
        await nextTurn();
      }
    }
    if (this.arenas.length < ARENAS_KEPT) {
      this.arenas.push(arena);
    }
  }

  /** Computes late buckets right before they are read; where some stay wrong, finer tiers answer. */
  private async readableState(tier: Tier, machines: readonly number[]): Promise<StoreState> {
    const { session } = this.storage;
    if (tier === 'raw') {
      return session.state();
    }
    const [state, before] = await Promise.all([session.state(), session.oldestDirty(machines)]);
    if (before['1m'] === null && before['1h'] === null) {
      return state;
    }
    await this.rollup.refresh(machines);
    const dirty = await session.oldestDirty(machines);
    return upToDirty(await session.state(), dirty);
  }

  /** Devices of a machine; `since`: only those that had data at that time or later. */
  async devices(machine: number, kind?: DeviceKind, since?: number): Promise<Device[]> {
    const devices = await this.storage.session.devices(machine, kind);
    const ages =
      since === undefined ? null : await this.newestInHead(this.storage.session, machine, since);
    return devices
      .filter(
        ({ id, last }) =>
          since === undefined || (last ?? 0) >= since || (ages?.get(id) ?? 0) >= since,
      )
      .map((device) => ({
        id: device.id,
        machine: device.machine,
        kind: device.kind,
        name: device.name,
      }));
  }

  /** When devices last had data, of those that have some in the head at `since` or later. */
  async newestInHead(
    session: HistorySession,
    machine: number,
    since: number,
  ): Promise<Map<number, number>> {
    const newest = new Map<number, number>();
    for (const table of HEAD_TABLES.raw) {
      const range = { machine, from: since, to: Number.MAX_SAFE_INTEGER };
      const rows = await session.headRows(table, [range]);
      const { times, columns } = segmentOfRows(rows, RAW, null, logDamage('raw'));
      for (const [key, column] of columns) {
        const device = Math.floor(key / columnKey({ device: 1, metric: 0 }));
        const time = times[RAW.lastIndex(column)] ?? 0;
        newest.set(device, Math.max(newest.get(device) ?? 0, time));
      }
    }
    return newest;
  }

  /** Raw samples of the first day that has some in `[from, to)`; `null` if none has. */
  async sampleColumns(machine: number, from: number, to: number): Promise<SampleColumns | null> {
    let start = await this.firstTime(machine, from);
    while (start !== null && start < to) {
      const end = Math.min(to, (Math.floor(start / DAY_MS) + 1) * DAY_MS);
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
