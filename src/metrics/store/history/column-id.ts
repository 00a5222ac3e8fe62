/** How columns of history are called: by a device, or 0 for the machine, and the metric's stable id. */
import {
  DEVICE_METRIC_CATALOG,
  type DeviceMetricName,
  METRIC_CATALOG,
  type MetricName,
} from '../../../contracts/index.js';

/** One column of a machine's history. */
export interface ColumnId {
  /** Id of the device; 0 is the machine itself. */
  device: number;
  metric: number;
}

/** The machine itself among its devices. */
export const MACHINE = 0;
/** The column of times. */
export const TIME_METRIC = 0;
/** The column of reasons why metrics are missing. */
export const MISSING_METRIC = 63;

const METRICS_PER_DEVICE = 64;

/** A column as one number, for maps. */
export function columnKey({ device, metric }: ColumnId): number {
  return device * METRICS_PER_DEVICE + metric;
}

/** The inverse of `columnKey`. */
export function columnId(key: number): ColumnId {
  return { device: Math.floor(key / METRICS_PER_DEVICE), metric: key % METRICS_PER_DEVICE };
}

/** The id of a metric of machines. */
export function machineMetricId(name: MetricName): number {
  return METRIC_CATALOG[name].id;
}

/** The id of a metric of devices. */
export function deviceMetricId(name: DeviceMetricName): number {
  return DEVICE_METRIC_CATALOG[name].id;
}
