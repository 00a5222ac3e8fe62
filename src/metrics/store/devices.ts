/** The device rows of a sample, flattened out of its typed lists. */
import {
  DEVICE_CATALOG,
  DEVICE_KINDS,
  DEVICE_METRIC_NAMES,
  type DeviceKind,
} from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';

/** Values of one device at the time of a sample. */
export interface DeviceRow {
  /** Index of the sample among those that were given. */
  sample: number;
  machine: number;
  kind: DeviceKind;
  name: string;
  timestamp: number;
  /** In the order of the device metric catalogue. */
  values: (number | null)[];
}

/** What tells a device from all others. */
export type DeviceName = Pick<DeviceRow, 'machine' | 'kind' | 'name'>;

/** Identifies a device within the store's caches. */
export function deviceCacheKey(device: DeviceName): string {
  return `${device.machine}/${device.kind}/${device.name}`;
}

/** Every device of the samples, each named once a sample (the first mention counts). */
export function deviceRows(samples: readonly Sample[]): DeviceRow[] {
  const rows: DeviceRow[] = [];
  for (const [sample, { devices, machineKey: machine, timestamp }] of samples.entries()) {
    if (!devices) {
      continue;
    }
    for (const kind of DEVICE_KINDS) {
      const seen = new Set<string>();
      for (const device of devices[DEVICE_CATALOG[kind].list] ?? []) {
        if (!seen.has(device.name)) {
          seen.add(device.name);
          const values = device as { [metric: string]: unknown };
          rows.push({
            sample,
            machine,
            kind,
            name: device.name,
            timestamp,
            values: DEVICE_METRIC_NAMES.map((metric) => (values[metric] as number | null) ?? null),
          });
        }
      }
    }
  }
  return rows;
}
