/** The two families of series, machines and devices: their tables and columns, from the catalogue. */
import {
  DEVICE_METRIC_NAMES,
  METRIC_NAMES,
  type RollupTier,
  type Tier,
} from '../../contracts/index.js';

/** A family of series that share tables: what the store does to one, it does to the other. */
export interface SeriesFamily {
  /** Table of raw samples; tiers add their suffix. */
  readonly table: string;
  /** Column that identifies the series. */
  readonly key: string;
  /** Query for every key that may have data. */
  readonly allKeys: string;
  /** Metric columns, in catalogue order. */
  readonly metrics: readonly string[];
}

/** Samples of whole machines. */
export const MACHINE_SERIES: SeriesFamily = {
  table: 'metrics',
  key: 'machine',
  allKeys: 'SELECT key FROM machines',
  metrics: METRIC_NAMES,
};

/** Samples of devices. */
export const DEVICE_SERIES: SeriesFamily = {
  table: 'device_metrics',
  key: 'device',
  allKeys: 'SELECT id AS key FROM devices',
  metrics: DEVICE_METRIC_NAMES,
};

/** Both families, machines first. */
export const SERIES_FAMILIES: readonly SeriesFamily[] = [MACHINE_SERIES, DEVICE_SERIES];

/** All tiers, finest first. */
export const TIERS: readonly Tier[] = ['raw', '1m', '1h'];

/** Name of a family's table for a tier. */
export function tableOf(family: SeriesFamily, tier: Tier): string {
  return tier === 'raw' ? family.table : `${family.table}_${tier}`;
}

/** The tier from which a tier is computed. */
export const SOURCE_TIER: Record<RollupTier, Tier> = { '1m': 'raw', '1h': '1m' };

/** Columns of a rolled-up tier: average under the metric's own name, then min, max and count. */
export function rollupColumns(metrics: readonly string[]): string[] {
  return metrics.flatMap((name) => [name, `${name}_min`, `${name}_max`, `${name}_count`]);
}

/** Aggregates that make one rolled-up bucket out of rows of `source`, in rollupColumns' order. */
export function rollupAggregates(metrics: readonly string[], source: Tier): string[] {
  return metrics.flatMap((name) =>
    source === 'raw'
      ? [
          average(`sum(${name})`, `count(${name})`),
          `min(${name})`,
          `max(${name})`,
          `count(${name})`,
        ]
      : [
          average(`sum(${name} * ${name}_count)`, `sum(${name}_count)`),
          `min(${name}_min)`,
          `max(${name}_max)`,
          `coalesce(sum(${name}_count), 0)`,
        ],
  );
}

/**
 * An average by its parts: PostgreSQL's own `avg` keeps squares too, and takes several times as long.
 * What is nearly nothing becomes nothing: PostgreSQL refuses to divide it, and the roll-up with it.
 */
function average(sum: string, count: string): string {
  return `CASE WHEN abs(${sum}) < 1e-290 THEN 0 ELSE ${sum} / nullif(${count}, 0) END`;
}

/** Aggregates that make mergeable sums out of rows of `tier`: sum, count, min, max a metric. */
export function bucketAggregates(metrics: readonly string[], tier: Tier): string[] {
  return metrics.flatMap((name) =>
    tier === 'raw'
      ? [`sum(${name})`, `count(${name})`, `min(${name})`, `max(${name})`]
      : [
          `sum(${name} * ${name}_count)`,
          `coalesce(sum(${name}_count), 0)`,
          `min(${name}_min)`,
          `max(${name}_max)`,
        ],
  );
}

/** The mark up to which a tier's data also lives in the next coarser one; the last tier has none. */
export const SAFE_TO_REMOVE: Record<Tier, '1m.rolled' | '1h.rolled' | null> = {
  raw: '1m.rolled',
  '1m': '1h.rolled',
  '1h': null,
};
