/** Answers charts: values of any tier in the steps of a query. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DEVICE_METRIC_CATALOG,
  type DeviceMetricName,
  METRIC_CATALOG,
  type MetricName,
  type Tier,
} from '../../../contracts/index.js';
import { DoublesArena } from '../columns/doubles.js';
import type { BucketQuery, SeriesBuckets } from '../metrics-store.js';
import { segmentsOf, type Segment as TierSegment, upToDirty } from '../segments.js';
import type { StoreState } from '../state.js';
import { ChartSteps } from './chart-steps.js';
import { RAW, ROLLED_UP } from './column-codec.js';
import { type ColumnId, columnKey, MACHINE } from './column-id.js';
import type { HistoryStorage } from './history-storage.js';
import type { Rollup } from './rollup.js';
import { readStored, segmentsOfStored, wantedColumns } from './segment-reader.js';

/** Spaces that are kept for the next queries. */
const ARENAS_KEPT = 2;
/** Machines of a chart that are decoded before others get a turn. */
const MACHINES_PER_TURN = 10;

/** Reads buckets of all tiers. */
export class ChartReader {
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
}
