/** The two families of series, machines and devices, and the tables of their hours. */
import { DEVICE_METRIC_NAMES, METRIC_NAMES, type Tier } from '../../contracts/index.js';

/** A family of series that share a table of hours. */
export interface SeriesFamily {
  /** Table of hours. */
  readonly table: 'metrics_1h' | 'device_metrics_1h';
  /** Column that identifies the series. */
  readonly key: string;
  /** Metric columns, in catalogue order. */
  readonly metrics: readonly string[];
}

/** Samples of whole machines. */
export const MACHINE_SERIES: SeriesFamily = {
  table: 'metrics_1h',
  key: 'machine',
  metrics: METRIC_NAMES,
};

/** Samples of devices. */
export const DEVICE_SERIES: SeriesFamily = {
  table: 'device_metrics_1h',
  key: 'device',
  metrics: DEVICE_METRIC_NAMES,
};

/** Both families, machines first. */
export const SERIES_FAMILIES: readonly SeriesFamily[] = [MACHINE_SERIES, DEVICE_SERIES];

/** All tiers, finest first. */
export const TIERS: readonly Tier[] = ['raw', '1m', '1h'];

/** Columns of hours: average under the metric's own name, then min, max and count. */
export function rollupColumns(metrics: readonly string[]): string[] {
  return metrics.flatMap((name) => [name, `${name}_min`, `${name}_max`, `${name}_count`]);
}

/** The mark up to which a tier's data also lives in the next coarser one; the last tier has none. */
export const SAFE_TO_REMOVE: Record<Tier, '1m.rolled' | '1h.rolled' | null> = {
  raw: '1m.rolled',
  '1m': '1h.rolled',
  '1h': null,
};
