/** History in columns: the shape that charts take as it is. */
import type { DeviceKind, DeviceMetricName, MetricName } from './metric-catalog.js';

/** Resolution in which history is kept: as received, by the minute, by the hour. */
export type Tier = 'raw' | '1m' | '1h';

/** Width of a tier's bucket in milliseconds; raw samples have none. */
export const TIER_BUCKET_MS = { '1m': 60_000, '1h': 3_600_000 } as const;

/** A tier made of buckets. */
export type RollupTier = keyof typeof TIER_BUCKET_MS;

/** Columns of equal length, sorted by `timestamp` (epoch milliseconds); `null` is a gap. */
export type Columns<name extends string> = { timestamp: number[] } & {
  [column in name | `${name}_min` | `${name}_max`]?: (number | null)[];
};

/** What every history answer says of its range and resolution. */
export interface HistoryRange {
  /** ISO 8601 UTC, inclusive. */
  from: string;
  /** ISO 8601 UTC, exclusive. */
  to: string;
  /** Distance of the columns' timestamps in seconds. */
  step_seconds: number;
  tier: Tier;
}

/** Answer of `GET /api/v1/machines/{id}/metrics`. */
export interface MetricHistory extends HistoryRange {
  machine_id: string;
  columns: Columns<MetricName>;
}

/** Answer of `GET /api/v1/metrics?machine_ids=…`: one set of columns a machine, on one time axis. */
export interface FleetHistory extends HistoryRange {
  timestamp: number[];
  machines: { machine_id: string; columns: Omit<Columns<MetricName>, 'timestamp'> }[];
}

/** Answer of `GET /api/v1/machines/{id}/devices`. */
export interface DeviceHistory extends HistoryRange {
  machine_id: string;
  kind: DeviceKind;
  timestamp: number[];
  devices: { name: string; columns: Omit<Columns<DeviceMetricName>, 'timestamp'> }[];
}

/** Bounds of one query. */
export const QUERY_LIMITS = {
  defaultPoints: 300,
  maxPoints: 5_000,
  /** Ten years: longer ranges are refused. */
  maxRangeMs: 10 * 366 * 86_400_000,
  machinesPerCall: 500,
  /** Series x metrics x points of one answer. */
  maxValues: 1_000_000,
} as const;
