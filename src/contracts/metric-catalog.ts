/**
 * Every metric of a machine, once. This list drives the validation of pushes, stored history,
 * roll-ups, alert rules, chart axes and labels: adding a metric is adding a line here, and a migration
 * that adds its columns to the table of hours.
 */

/** What a number counts; decides how it is shown and which values are plausible. */
export type MetricUnit =
  | 'percent'
  | 'bytes'
  | 'bytes_per_second'
  | 'celsius'
  | 'seconds'
  | 'watts'
  | 'rpm'
  | 'count'
  | 'load';

/** One metric: its unit, the closed range of values that a push may carry, and its name for people. */
export interface MetricDefinition {
  /** By which stored history knows the metric: 1 to 62, unique in its catalogue, never used again. */
  readonly id: number;
  readonly unit: MetricUnit;
  readonly min: number;
  readonly max: number;
  readonly label: string;
  /** A push must carry this metric, if only as `null` for what could not be read. */
  readonly required?: true;
}

const percent = { unit: 'percent', min: 0, max: 100 } as const;
/** Largest byte rate taken for real: 1 TB/s; above it a counter was misread. */
const byteRate = { unit: 'bytes_per_second', min: 0, max: 1e12 } as const;
const byteSize = { unit: 'bytes', min: 0, max: Number.MAX_SAFE_INTEGER } as const;
const load = { unit: 'load', min: 0, max: 1e6 } as const;
const celsius = { unit: 'celsius', min: -100, max: 250 } as const;

/** Metrics of the whole machine, in the order in which people read them. */
export const METRIC_CATALOG = {
  cpu: { id: 1, ...percent, label: 'CPU', required: true },
  ram: { id: 2, ...percent, label: 'Memory', required: true },
  disk: { id: 3, ...percent, label: 'Disk', required: true },
  network_in: { id: 4, ...byteRate, label: 'Network received', required: true },
  network_out: { id: 5, ...byteRate, label: 'Network sent', required: true },
  gpu: { id: 6, ...percent, label: 'GPU' },
  gpu_memory: { id: 7, ...percent, label: 'GPU memory' },
  swap: { id: 8, ...percent, label: 'Swap' },
  cpu_iowait: { id: 9, ...percent, label: 'CPU waiting for I/O' },
  cpu_steal: { id: 10, ...percent, label: 'CPU stolen by the hypervisor' },
  load1: { id: 11, ...load, label: 'Load, 1 minute' },
  load5: { id: 12, ...load, label: 'Load, 5 minutes' },
  load15: { id: 13, ...load, label: 'Load, 15 minutes' },
  disk_read: { id: 14, ...byteRate, label: 'Disk read' },
  disk_write: { id: 15, ...byteRate, label: 'Disk written' },
  temperature: { id: 16, ...celsius, label: 'Temperature' },
  processes: { id: 17, unit: 'count', min: 0, max: 1e8, label: 'Processes' },
  uptime: { id: 18, unit: 'seconds', min: 0, max: 1e11, label: 'Uptime' },
} as const satisfies Record<string, MetricDefinition>;

/** The name of a metric of the whole machine. */
export type MetricName = keyof typeof METRIC_CATALOG;

/** All metric names, in catalogue order. */
export const METRIC_NAMES = Object.keys(METRIC_CATALOG) as MetricName[];

/** True if `name` is a metric of the catalogue. */
export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRIC_CATALOG, name);
}

/**
 * Metrics of one device. Kinds share the names where they mean the same, so that one table holds
 * the history of every kind.
 */
export const DEVICE_METRIC_CATALOG = {
  usage: { id: 1, ...percent, label: 'Usage' },
  used_bytes: { id: 2, ...byteSize, label: 'Used' },
  total_bytes: { id: 3, ...byteSize, label: 'Size' },
  inodes_usage: { id: 4, ...percent, label: 'Inodes used' },
  read: { id: 5, ...byteRate, label: 'Read' },
  write: { id: 6, ...byteRate, label: 'Written' },
  network_in: { id: 7, ...byteRate, label: 'Received' },
  network_out: { id: 8, ...byteRate, label: 'Sent' },
  memory_usage: { id: 9, ...percent, label: 'Memory' },
  temperature: { id: 10, ...celsius, label: 'Temperature' },
  power: { id: 11, unit: 'watts', min: 0, max: 1e5, label: 'Power' },
  speed: { id: 12, unit: 'rpm', min: 0, max: 1e6, label: 'Speed' },
  charge: { id: 13, ...percent, label: 'Charge' },
} as const satisfies Record<string, MetricDefinition>;

/** The name of a metric of one device. */
export type DeviceMetricName = keyof typeof DEVICE_METRIC_CATALOG;

/** All device metric names, in catalogue order. */
export const DEVICE_METRIC_NAMES = Object.keys(DEVICE_METRIC_CATALOG) as DeviceMetricName[];

/** True if `name` is a metric of devices. */
export function isDeviceMetricName(name: string): name is DeviceMetricName {
  return Object.hasOwn(DEVICE_METRIC_CATALOG, name);
}

/** The kind of a device, as alert rules and queries name it. */
export type DeviceKind =
  | 'core'
  | 'filesystem'
  | 'disk'
  | 'interface'
  | 'gpu'
  | 'sensor'
  | 'fan'
  | 'battery';

/** One kind of device: the list of a sample's `devices` that carries it, and the metrics it has. */
export interface DeviceKindDefinition {
  readonly list: string;
  readonly label: string;
  readonly metrics: readonly DeviceMetricName[];
}

/**
 * Every kind of device. `name` in a sample identifies the device within its kind and machine:
 * the mount point of a filesystem, the index of a core, the interface's, disk's or sensor's name.
 */
export const DEVICE_CATALOG = {
  core: { list: 'cores', label: 'Core', metrics: ['usage'] },
  filesystem: {
    list: 'filesystems',
    label: 'Filesystem',
    metrics: ['usage', 'used_bytes', 'total_bytes', 'inodes_usage'],
  },
  disk: { list: 'disks', label: 'Disk', metrics: ['read', 'write', 'usage'] },
  interface: { list: 'interfaces', label: 'Interface', metrics: ['network_in', 'network_out'] },
  gpu: {
    list: 'gpus',
    label: 'GPU',
    metrics: ['usage', 'memory_usage', 'used_bytes', 'total_bytes', 'temperature', 'power'],
  },
  sensor: { list: 'sensors', label: 'Sensor', metrics: ['temperature'] },
  fan: { list: 'fans', label: 'Fan', metrics: ['speed'] },
  battery: { list: 'batteries', label: 'Battery', metrics: ['charge'] },
} as const satisfies Record<DeviceKind, DeviceKindDefinition>;

/** All device kinds, in catalogue order. */
export const DEVICE_KINDS = Object.keys(DEVICE_CATALOG) as DeviceKind[];
