/** Combines readings into a sample as defined in the contract. */
import {
  DEVICE_CATALOG,
  DEVICE_KINDS,
  DEVICE_METRIC_CATALOG,
  type DeviceLists,
  METRIC_CATALOG,
  METRIC_NAMES,
  type MetricDefinition,
  type MetricName,
  PUSH_LIMITS,
  type PushedSample,
  toSampleText,
} from '../../../src/contracts/index.js';
import type { Reading } from './collectors/collector.js';

/** A sample without the machine's identity, which is added when it is sent. */
export type LocalSample = Omit<PushedSample, 'machine_id'> & { timestamp: number };

const NOBODY = 'not read on this system';

/** Bytes and counts are rounded to integers, all other values to two decimals. */
function rounded(value: number, definition: MetricDefinition): number {
  switch (definition.unit) {
    case 'bytes':
    case 'bytes_per_second':
    case 'count':
    case 'seconds':
    case 'rpm':
      return Math.round(value);
    default:
      return Math.round(value * 100) / 100;
  }
}

/** The rounded value; `undefined` if it is outside the bounds in the catalogue. */
function plausible(value: number, definition: MetricDefinition): number | undefined {
  if (!Number.isFinite(value) || value < definition.min || value > definition.max) return undefined;
  return rounded(value, definition);
}

/** Merges all readings of the tick at `timestamp` (epoch milliseconds). */
export function assembleSample(timestamp: number, readings: readonly Reading[]): LocalSample {
  const sample: LocalSample = {
    timestamp,
    cpu: null,
    ram: null,
    disk: null,
    network_in: null,
    network_out: null,
  };
  const missing: Record<string, string> = {};
  for (const name of METRIC_NAMES) {
    const { value, reason } = metricFrom(readings, name);
    sample[name] = value;
    if (value === null) missing[name] = toSampleText(reason, PUSH_LIMITS.missingReasonLength);
  }
  const devices = assembleDevices(readings);
  if (devices) sample.devices = devices;
  if (Object.keys(missing).length > 0) sample.missing = missing;
  return sample;
}

function metricFrom(
  readings: readonly Reading[],
  name: MetricName,
): { value: number; reason: null } | { value: null; reason: string } {
  let reason = NOBODY;
  for (const { metrics, missing } of readings) {
    const value = metrics?.[name];
    if (value !== null && value !== undefined) {
      const good = plausible(value, METRIC_CATALOG[name]);
      if (good !== undefined) return { value: good, reason: null };
      reason = `implausible value ${value}`;
    } else {
      reason = missing?.[name] ?? reason;
    }
  }
  return { value: null, reason };
}

/** `name`, with a number appended if another device has the same name. */
function distinctName(name: string, taken: ReadonlySet<string>): string {
  let distinct = name;
  for (let number = 2; taken.has(distinct); number++) {
    const suffix = ` #${number}`;
    distinct = toSampleText(name, PUSH_LIMITS.deviceNameLength - suffix.length) + suffix;
  }
  return distinct;
}

function assembleDevices(readings: readonly Reading[]): DeviceLists | undefined {
  const lists: Record<string, Record<string, string | number | null>[]> = {};
  for (const kind of DEVICE_KINDS) {
    const { list, metrics } = DEVICE_CATALOG[kind];
    const names = new Set<string>();
    const devices: Record<string, string | number | null>[] = [];
    for (const reading of readings) {
      // The same name from two collectors is one device; twice from one collector, two devices.
      const seenBefore = new Set(names);
      for (const device of reading.devices?.[list] ?? []) {
        const shown = toSampleText(device.name, PUSH_LIMITS.deviceNameLength);
        if (shown === '' || seenBefore.has(shown)) continue;
        if (devices.length >= PUSH_LIMITS.devicesPerKind) continue;
        const name = distinctName(shown, names);
        names.add(name);
        const values: Record<string, number | null | undefined> = { ...device, name: undefined };
        const clean: Record<string, string | number | null> = { name };
        for (const metric of metrics) {
          const value = values[metric];
          if (value === undefined) continue;
          clean[metric] =
            value === null ? null : (plausible(value, DEVICE_METRIC_CATALOG[metric]) ?? null);
        }
        devices.push(clean);
      }
    }
    if (devices.length > 0) lists[list] = devices;
  }
  return Object.keys(lists).length > 0 ? (lists as unknown as DeviceLists) : undefined;
}
