/** History on PostgreSQL: partitioned by time, written by COPY. */
import type { Pool } from 'pg';
import type {
  DeviceKind,
  DeviceMetricName,
  MetricName,
  RollupTier,
  Tier,
} from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import {
  type Bucket,
  type BucketQuery,
  type Device,
  type DeviceReading,
  type MachineReading,
  MetricsStore,
  type ReadCursor,
  type StepResult,
  type StorageUsage,
} from '../metrics-store.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';
import { DEVICE_SERIES, MACHINE_SERIES, TIERS } from '../series.js';
import { initialState, STATE_NAMES, type StoreState } from '../state.js';
import { DeviceIds } from './device-ids.js';
import { ForgetDevices } from './forget-devices.js';
import { Partitions } from './partitions.js';
import { createPool, storeError } from './pool.js';
import { PostgresReader } from './reader.js';
import { PostgresRetention } from './retention.js';
import { PostgresRollup, readState } from './rollup.js';
import { PostgresWriter } from './writer.js';

/** Partitions are made this far ahead. */
const AHEAD_MS = 2 * 86_400_000;

/** Connections for queries and background work. */
const POOL_SIZE = 8;
/** Connections that only writes use: charts, however slow, never keep a push waiting. */
const WRITE_POOL_SIZE = 4;

/** MetricsStore on PostgreSQL. */
export class PostgresMetricsStore extends MetricsStore {
  private readonly pool: Pool;
  private readonly writePool: Pool;
  private readonly partitions: Partitions;
  private readonly writer: PostgresWriter;
  private readonly reader: PostgresReader;
  private readonly rollup: PostgresRollup;
  private readonly retention: PostgresRetention;
  private readonly forgetting: ForgetDevices;
  private state: StoreState = initialState(0);

  constructor(
    url: string,
    private readonly now: () => number,
    refusedDevices: RefusedDevicesService,
  ) {
    super();
    this.pool = createPool(url, POOL_SIZE);
    this.writePool = createPool(url, WRITE_POOL_SIZE);
    const devices = new DeviceIds(this.writePool, refusedDevices);
    this.partitions = new Partitions(this.writePool);
    this.writer = new PostgresWriter(this.writePool, this.partitions, devices, (state) => {
      this.state = state;
    });
    this.rollup = new PostgresRollup(this.pool, this.partitions);
    this.reader = new PostgresReader(this.pool, this.rollup);
    this.forgetting = new ForgetDevices(this.pool);
    this.retention = new PostgresRetention(this.pool, this.partitions, devices, now);
  }

  async open(): Promise<void> {
    const initial = initialState(this.now());
    await this.pool.query(
      `INSERT INTO metric_store_state (name, value)
       SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING`,
      [STATE_NAMES, STATE_NAMES.map((name) => initial[name])],
    );
    this.state = await readState(this.pool);
    await this.prepare(this.now());
  }

  write(samples: readonly Sample[]): Promise<Sample[]> {
    return known(this.writer.write(samples));
  }

  rawHorizon(): number {
    return this.state['raw.horizon'];
  }

  minuteHorizon(): number {
    return this.state['1m.horizon'];
  }

  machineBuckets(query: BucketQuery<MetricName>): Promise<Bucket[]> {
    return known(this.reader.buckets(MACHINE_SERIES, query));
  }

  deviceBuckets(query: BucketQuery<DeviceMetricName>): Promise<Bucket[]> {
    return known(this.reader.buckets(DEVICE_SERIES, query));
  }

  devices(machineKey: number, kind?: DeviceKind, since?: number): Promise<Device[]> {
    return known(this.reader.devices(machineKey, kind, since));
  }

  samples(
    machine: Pick<Sample, 'machineKey' | 'machine_id'>,
    from: number,
    to: number,
    limit: number,
  ): Promise<Sample[]> {
    return known(this.reader.samples(machine, from, to, limit));
  }

  machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]> {
    return known(this.reader.machineReadings(cursors, metrics, until));
  }

  deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]> {
    return known(this.reader.deviceReadings(cursors, kinds, metrics, until));
  }

  rollUp(tier: RollupTier, now: number): Promise<StepResult> {
    return known(this.rollup.step(tier, now));
  }

  async prepare(now: number): Promise<void> {
    for (const tier of TIERS) {
      await known(this.partitions.ensure(tier, [now, now + AHEAD_MS / 2, now + AHEAD_MS]));
    }
  }

  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult> {
    return this.removing(this.retention.expire(now, retentionMs, signal));
  }

  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    return this.removing(this.retention.shed(now, budgetBytes, signal));
  }

  deleteMachine(machineKey: number): Promise<StepResult> {
    return known(this.retention.deleteMachine(machineKey));
  }

  forgetDevices(): Promise<StepResult> {
    return known(this.forgetting.step());
  }

  usage(): Promise<StorageUsage> {
    return known(this.retention.usage());
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.writePool.end()]);
  }

  /** Learns of a new horizon at once, not only by the next write. */
  private async removing(work: Promise<StepResult>): Promise<StepResult> {
    const result = await known(work);
    if (result.rows > 0) {
      this.state = await known(readState(this.pool));
    }
    return result;
  }
}

/** Turns the database's own words for "away" and "full" into errors for callers. */
async function known<result>(work: Promise<result>): Promise<result> {
  try {
    return await work;
  } catch (error) {
    throw storeError(error);
  }
}
