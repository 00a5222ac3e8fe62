/** History in a SQLite file: one process, one writer, short transactions. */
import type Database from 'better-sqlite3';
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
import { DEVICE_SERIES, MACHINE_SERIES, type SeriesFamily } from '../series.js';
import { openSqlite, sqliteError } from './connection.js';
import { ForgetDevices } from './forget-devices.js';
import { SqliteReader } from './reader.js';
import { SqliteRetention } from './retention.js';
import { SqliteRollup } from './rollup.js';
import { SqliteState } from './state.js';
import { SqliteWriter } from './writer.js';

interface Parts {
  connection: Database.Database;
  state: SqliteState;
  writer: SqliteWriter;
  reader: SqliteReader;
  rollup: SqliteRollup;
  retention: SqliteRetention;
  forgetting: ForgetDevices;
}

/** MetricsStore in a SQLite file. */
export class SqliteMetricsStore extends MetricsStore {
  private parts: Parts | undefined;

  constructor(
    private readonly file: string,
    private readonly now: () => number,
    private readonly refusedDevices: RefusedDevicesService,
  ) {
    super();
  }

  async open(): Promise<void> {
    const connection = openSqlite(this.file);
    const state = new SqliteState(connection);
    state.open(this.now());
    this.parts = {
      connection,
      state,
      writer: new SqliteWriter(connection, this.refusedDevices),
      reader: new SqliteReader(connection),
      rollup: new SqliteRollup(connection, state),
      retention: new SqliteRetention(connection, state),
      forgetting: new ForgetDevices(connection),
    };
  }

  write(samples: readonly Sample[]): Promise<Sample[]> {
    return this.run(({ writer, state }) => writer.write(samples, state.current));
  }

  rawHorizon(): number {
    return this.opened().state.current['raw.horizon'];
  }

  minuteHorizon(): number {
    return this.opened().state.current['1m.horizon'];
  }

  machineBuckets(query: BucketQuery<MetricName>): Promise<Bucket[]> {
    return this.buckets(MACHINE_SERIES, query);
  }

  deviceBuckets(query: BucketQuery<DeviceMetricName>): Promise<Bucket[]> {
    return this.buckets(DEVICE_SERIES, query);
  }

  devices(machineKey: number, kind?: DeviceKind, since?: number): Promise<Device[]> {
    return this.run(({ reader }) => reader.devices(machineKey, kind, since));
  }

  samples(
    machine: Pick<Sample, 'machineKey' | 'machine_id'>,
    from: number,
    to: number,
    limit: number,
  ): Promise<Sample[]> {
    return this.run(({ reader }) => reader.samples(machine, from, to, limit));
  }

  machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]> {
    return this.run(({ reader }) => reader.machineReadings(cursors, metrics, until));
  }

  deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]> {
    return this.run(({ reader }) => reader.deviceReadings(cursors, kinds, metrics, until));
  }

  rollUp(tier: RollupTier, now: number): Promise<StepResult> {
    return this.run(({ rollup }) => rollup.step(tier, now));
  }

  /** Nothing to prepare: one file takes every day. */
  async prepare(): Promise<void> {
    this.opened();
  }

  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult> {
    signal.throwIfAborted();

    return this.run(({ retention }) => retention.expire(now, retentionMs));
  }

  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    signal.throwIfAborted();

    return this.run(({ retention }) => retention.shed(now, budgetBytes));
  }

  deleteMachine(machineKey: number): Promise<StepResult> {
    return this.run(({ retention, writer }) => {
      const result = retention.deleteMachine(machineKey);
      if (!result.more) {
        writer.forgetDevices();
      }
      return result;
    });
  }

  forgetDevices(): Promise<StepResult> {
    return this.run(({ forgetting, writer }) => {
      const result = forgetting.step();
      if (result.rows > 0) {
        writer.forgetDevices();
      }
      return result;
    });
  }

  usage(): Promise<StorageUsage> {
    return this.run(({ retention }) => retention.usage(this.now()));
  }

  async close(): Promise<void> {
    this.parts?.connection.close();
    this.parts = undefined;
  }

  private buckets(family: SeriesFamily, query: BucketQuery<string>): Promise<Bucket[]> {
    return this.run(({ reader, rollup, state }) => {
      const readable = query.tier === 'raw' ? state.current : rollup.refresh(family, query.keys);
      return reader.buckets(family, query, readable);
    });
  }

  private opened(): Parts {
    if (!this.parts) {
      throw new Error('the metric store is not open');
    }
    return this.parts;
  }

  private async run<result>(work: (parts: Parts) => result): Promise<result> {
    const parts = this.opened();
    try {
      return work(parts);
    } catch (error) {
      // A transaction that failed took its marks back.
      parts.state.reload();
      throw sqliteError(error);
    }
  }
}
