/** The one interface to stored history. Knows series, tiers and buckets; no SQL in its signature. */
import type {
  DeviceKind,
  DeviceMetricName,
  MetricName,
  RollupTier,
  Tier,
} from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';
import type { BucketColumn } from './columns/bucket-column.js';

/** Buckets of one series: one for each step of a query, the first one at its `from`. */
export interface SeriesBuckets {
  /** Internal key of the machine or device. */
  key: number;
  /** 1 for each step in which the machine has a sample, or the device a value. */
  present: Uint8Array;
  /** By the metrics of the query, in their order: sums, not averages; a count of 0 where nothing is known. */
  columns: BucketColumn[];
}

/** What to read: series and metrics over a range, grouped into steps. */
export interface BucketQuery<name extends string> {
  keys: readonly number[];
  metrics: readonly name[];
  /** Epoch milliseconds, inclusive; a multiple of the step. */
  from: number;
  /** Epoch milliseconds, exclusive. */
  to: number;
  stepMs: number;
  /** The coarsest tier that may be read; what it does not hold yet comes from finer ones. */
  tier: Tier;
}

/** Raw samples of one machine, oldest first. */
export interface SampleColumns {
  /** Epoch milliseconds. */
  times: Float64Array;
  /** By METRIC_NAMES, in their order; NaN where a value is unknown, `null` where all are. */
  values: (Float64Array | null)[];
  /** Why metrics are missing, as JSON by the index of the sample. */
  missing: (string | null)[];
}

/** Most raw samples of one series that reading on answers at once. */
export const READINGS_PER_SERIES = 1_000;

/** Where to read on: raw samples of `machine` later than `after` (epoch milliseconds). */
export interface ReadCursor {
  machine: number;
  after: number;
}

/** Some metrics of one raw sample, in the order of the query; `null` is unknown. */
export interface MachineReading {
  machine: number;
  timestamp: number;
  values: (number | null)[];
}

/** Some metrics of one device at the time of a raw sample. */
export interface DeviceReading extends MachineReading {
  kind: DeviceKind;
  name: string;
}

/** A device that a machine has or had. */
export interface Device {
  id: number;
  machine: number;
  kind: DeviceKind;
  name: string;
}

/** What one bounded step of background work did. */
export interface StepResult {
  /** Rows written or deleted. */
  rows: number;
  /** True if another step is due right away. */
  more: boolean;
}

/** How much is stored, in bytes on disk, and since when. */
export interface StorageUsage {
  /** By tier, where the database tells. */
  bytes: Record<Tier, number> | null;
  totalBytes: number;
  /** Bytes by which the metric tables grow in a day at the present rate; `null` if not yet known. */
  bytesPerDay: number | null;
  /** Start of the oldest data that each tier may hold, epoch milliseconds. */
  oldest: Record<Tier, number>;
  /**
   * While history of an earlier version is converted: the time from which on it is done, epoch
   * milliseconds; else `null`.
   */
  convertedFrom: number | null;
}

/** What a database tells of it. */
export type DialectUsage = Omit<StorageUsage, 'convertedFrom'>;

/** Durable history of samples and devices in three tiers. */
export abstract class MetricsStore {
  /** Opens the store; the schema is up to date by then. */
  abstract open(): Promise<void>;

  /**
   * Stores samples durably, with their devices, and returns those that were new: a sample whose
   * machine and timestamp are known already is left as it is. All or nothing; throws
   * UnavailableError when the database is away or full.
   */
  abstract write(samples: readonly Sample[]): Promise<Sample[]>;

  /** Samples older than this (epoch milliseconds) are not taken: their tier is gone. */
  abstract rawHorizon(): number;

  /** Minutes before this (epoch milliseconds) are gone. */
  abstract minuteHorizon(): number;

  /** Buckets of the machines, in the order of their keys. */
  abstract machineBuckets(query: BucketQuery<MetricName>): Promise<SeriesBuckets[]>;

  /** Buckets of the devices, in the order of their keys, without those that are gone. */
  abstract deviceBuckets(query: BucketQuery<DeviceMetricName>): Promise<SeriesBuckets[]>;

  /**
   * Devices of a machine, of one kind or of all; `since` (epoch milliseconds): only those that had
   * data at that time or later.
   */
  abstract devices(machineKey: number, kind?: DeviceKind, since?: number): Promise<Device[]>;

  /**
   * The next raw samples of one machine in `[from, to)`, without devices: those of the first day (UTC) that has
   * some; `null` if none is left.
   */
  abstract sampleColumns(
    machineKey: number,
    from: number,
    to: number,
  ): Promise<SampleColumns | null>;

  /**
   * Raw samples after each machine's cursor and not later than `until`, oldest first within a
   * machine, at most READINGS_PER_SERIES of each.
   */
  abstract machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]>;

  /** The same of the devices of some kinds, oldest first within a device. */
  abstract deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]>;

  /** One bounded step of rolling up what is complete by `now`, late samples included. */
  abstract rollUp(tier: RollupTier, now: number): Promise<StepResult>;

  /** One bounded step of putting complete hours into blocks, and complete days into larger ones. */
  abstract compact(now: number): Promise<StepResult>;

  /** One bounded step of preparing for the data of the coming days. */
  abstract prepare(now: number): Promise<void>;

  /**
   * One bounded step of removing what is older than the tiers are kept. Rejects with the signal's reason
   * once it is aborted; what was begun is finished by a later step.
   */
  abstract expire(
    now: number,
    retentionMs: Record<Tier, number>,
    signal: AbortSignal,
  ): Promise<StepResult>;

  /**
   * One bounded step of shedding the oldest data while more than `budgetBytes` are stored: raw data
   * first, then minutes, then hours; no tier what the finer one still has. Aborted as `expire`.
   */
  abstract shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult>;

  /** One bounded step of removing everything of a machine. */
  abstract deleteMachine(machineKey: number): Promise<StepResult>;

  /**
   * One bounded step of removing devices that have no data left, and those that a machine has too
   * many of (DEVICE_LIMITS) with their data; `more` until all machines are gone through.
   */
  abstract forgetDevices(): Promise<StepResult>;

  /** What is stored. */
  abstract usage(): Promise<StorageUsage>;

  /** Closes connections; writes under way have ended by then. */
  abstract close(): Promise<void>;
}
