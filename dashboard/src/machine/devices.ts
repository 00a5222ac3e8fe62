/** The devices of a sample as rows, for every kind. */
import {
  DEVICE_CATALOG,
  type DeviceKind,
  type DeviceMetricName,
  type StoredSample,
} from '../../../src/contracts/index.js';

/** One device with its values. */
export type DeviceRow = { name: string } & { [metric in DeviceMetricName]?: number | null };

const names = new Intl.Collator('en', { numeric: true });

/** The devices of one kind, by name. */
export function devicesOf(sample: StoredSample | null, kind: DeviceKind): DeviceRow[] {
  const devices: DeviceRow[] = sample?.devices?.[DEVICE_CATALOG[kind].list] ?? [];
  return [...devices].sort((a, b) => names.compare(a.name, b.name));
}

/** The metrics of a kind for which at least one device has a value. */
export function metricsOf(kind: DeviceKind, devices: readonly DeviceRow[]): DeviceMetricName[] {
  const metrics: readonly DeviceMetricName[] = DEVICE_CATALOG[kind].metrics;
  return metrics.filter((metric) => devices.some((device) => device[metric] != null));
}
