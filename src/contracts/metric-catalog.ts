/**
 * Every metric of a machine, once. This list drives the validation of pushes, the columns of the
 * metric tables, roll-ups, alert rules, chart axes and labels: adding a metric is adding a line here
 * and a migration that adds its columns.
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
  cpu: { ...percent, label: 'CPU', required: true },
  ram: { ...percent, label: 'Memory', required: true },
  disk: { ...percent, label: 'Disk', required: true },
  network_in: { ...byteRate, label: 'Network received', required: true },
  network_out: { ...byteRate, label: 'Network sent', required: true },
  gpu: { ...percent, label: 'GPU' },
  gpu_memory: { ...percent, label: 'GPU memory' },
  swap: { ...percent, label: 'Swap' },
  cpu_iowait: { ...percent, label: 'CPU waiting for I/O' },
  cpu_steal: { ...percent, label: 'CPU stolen by the hypervisor' },
  load1: { ...load, label: 'Load, 1 minute' },
  load5: { ...load, label: 'Load, 5 minutes' },
  load15: { ...load, label: 'Load, 15 minutes' },
  disk_read: { ...byteRate, label: 'Disk read' },
  disk_write: { ...byteRate, label: 'Disk written' },
  temperature: { ...celsius, label: 'Temperature' },
  processes: { unit: 'count', min: 0, max: 1e8, label: 'Processes' },
  uptime: { unit: 'seconds', min: 0, max: 1e11, label: 'Uptime' },
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
  usage: { ...percent, label: 'Usage' },
  used_bytes: { ...byteSize, label: 'Used' },
  total_bytes: { ...byteSize, label: 'Size' },
  inodes_usage: { ...percent, label: 'Inodes used' },
  read: { ...byteRate, label: 'Read' },
  write: { ...byteRate, label: 'Written' },
  network_in: { ...byteRate, label: 'Received' },
  network_out: { ...byteRate, label: 'Sent' },
  memory_usage: { ...percent, label: 'Memory' },
  temperature: { ...celsius, label: 'Temperature' },
  power: { unit: 'watts', min: 0, max: 1e5, label: 'Power' },
  speed: { unit: 'rpm', min: 0, max: 1e6, label: 'Speed' },
  charge: { ...percent, label: 'Charge' },
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
