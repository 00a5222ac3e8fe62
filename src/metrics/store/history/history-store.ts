/** MetricsStore over the storage port: what is the same on every database. */
import type {
  DeviceKind,
  DeviceMetricName,
  MetricName,
  RollupTier,
  Tier,
} from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import {
  type BucketQuery,
  type Device,
  type DeviceReading,
  type DialectUsage,
  type MachineReading,
  MetricsStore,
  type ReadCursor,
  type SampleColumns,
  type SeriesBuckets,
  type StepResult,
  type StorageUsage,
} from '../metrics-store.js';
import { ALL_CONVERTED, initialState, NOTHING_CONVERTED, type StoreState } from '../state.js';
import { ChartReader } from './chart-reader.js';
import { Compaction, type Space } from './compaction.js';
import { convertedFrom } from './conversion.js';
import { devicesSince } from './device-ages.js';
import { ForgetDevices } from './forget-devices.js';
import type { HistoryStorage } from './history-storage.js';
import { Rollup } from './rollup.js';
import { SampleReader } from './sample-reader.js';

/** What a database does in its own way: writing quickly, and giving space back. */
export interface StorageDialect extends Space {
  readonly storage: HistoryStorage;
  write(samples: readonly Sample[]): Promise<Sample[]>;
  /** Forgets ids of devices after some were deleted. */
  forgetDevices(machine: number | null): void;
  /** Makes room for the time `now` and the days after it. */
  prepare(now: number): Promise<void>;
  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult>;
  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult>;
  usage(): Promise<DialectUsage>;
  /** The error for callers. */
  errorOf(error: unknown): unknown;
}

/** MetricsStore on any database that has a dialect. */
export class HistoryStore extends MetricsStore {
  private readonly charts: ChartReader;
  private readonly samples: SampleReader;
  private readonly rollup: Rollup;
  private readonly compaction: Compaction;
  private readonly forgetting: ForgetDevices;
  private state: StoreState = initialState(0);

  private readonly dialect: StorageDialect;

  constructor(
    /** Makes the dialect; it calls `sawState` with the state that each write found. */
    createDialect: (sawState: (state: StoreState) => void) => StorageDialect,
    private readonly now: () => number,
  ) {
    super();
    this.dialect = createDialect((state) => {
      this.state = state;
    });
    const { dialect } = this;
    const { storage } = dialect;
    this.rollup = new Rollup(storage);
    this.charts = new ChartReader(storage, this.rollup);
    this.samples = new SampleReader(storage);
    this.compaction = new Compaction(storage, dialect);
    this.forgetting = new ForgetDevices(storage);
  }

  async open(): Promise<void> {
    const { storage } = this.dialect;
    const now = this.now();
    const { session } = storage;
    const hasHours = (await session.newestLegacy('1h', Number.MAX_SAFE_INTEGER)) !== null;
    await storage.open({
      ...initialState(now),
      'legacy.until': (await session.hasLegacy('raw')) ? now : 0,
      '1h.converted': hasHours ? NOTHING_CONVERTED : ALL_CONVERTED,
    });
    this.state = await storage.session.state();
    await this.prepare(now);
  }

  write(samples: readonly Sample[]): Promise<Sample[]> {
    return this.known(this.dialect.write(samples));
  }

  rawHorizon(): number {
    return this.state['raw.horizon'];
  }

  minuteHorizon(): number {
    return this.state['1m.horizon'];
  }

  machineBuckets(query: BucketQuery<MetricName>): Promise<SeriesBuckets[]> {
    return this.known(this.charts.machineBuckets(query));
  }

  deviceBuckets(query: BucketQuery<DeviceMetricName>): Promise<SeriesBuckets[]> {
    return this.known(this.charts.deviceBuckets(query));
  }

  devices(machineKey: number, kind?: DeviceKind, since?: number): Promise<Device[]> {
    return this.known(devicesSince(this.dialect.storage.session, machineKey, kind, since));
  }

  sampleColumns(machineKey: number, from: number, to: number): Promise<SampleColumns | null> {
    return this.known(this.samples.sampleColumns(machineKey, from, to));
  }

  machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]> {
    return this.known(this.samples.machineReadings(cursors, metrics, until));
  }

  deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]> {
    return this.known(this.samples.deviceReadings(cursors, kinds, metrics, until));
  }

  rollUp(tier: RollupTier, now: number): Promise<StepResult> {
    return this.known(this.rollup.step(tier, now));
  }

  compact(now: number): Promise<StepResult> {
    return this.known(this.compaction.step(now));
  }

  prepare(now: number): Promise<void> {
    return this.known(this.dialect.prepare(now));
  }

  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult> {
    return this.removing(this.dialect.expire(now, retentionMs, signal));
  }

  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    return this.removing(this.dialect.shed(now, budgetBytes, signal));
  }

  async deleteMachine(machineKey: number): Promise<StepResult> {
    const rows = await this.known(this.dialect.storage.session.deleteMachineRows(machineKey));
    if (rows === 0) {
      this.dialect.forgetDevices(machineKey);
    }
    return { rows, more: rows > 0 };
  }

  async forgetDevices(): Promise<StepResult> {
    const result = await this.known(this.forgetting.step());
    if (result.rows > 0) {
      this.dialect.forgetDevices(null);
    }
    return result;
  }

  async usage(): Promise<StorageUsage> {
    const usage = await this.known(this.dialect.usage());
    return { ...usage, convertedFrom: await this.known(convertedFrom(this.dialect.storage)) };
  }

  close(): Promise<void> {
    return this.dialect.storage.close();
  }

  /** Learns of a new horizon at once, not only by the next write. */
  private async removing(work: Promise<StepResult>): Promise<StepResult> {
    const result = await this.known(work);
    if (result.rows > 0) {
      this.state = await this.known(this.dialect.storage.session.state());
    }
    return result;
  }

  private async known<result>(work: Promise<result>): Promise<result> {
    try {
      return await work;
    } catch (error) {
      throw this.dialect.errorOf(error);
    }
  }
}
