/** Samples in the shape that answers and streams carry. */
import { isoTime } from '../../common/times.js';
import { METRIC_NAMES, type StoredSample } from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';

/** A sample with its time in ISO 8601 UTC and every metric present or `null`. */
export function toStoredSample(sample: Sample): StoredSample {
  const stored = withoutDevices(sample);
  if (sample.devices) {
    stored.devices = sample.devices;
  }
  return stored;
}

/** The same without the lists of devices, for lists of many machines. */
export function withoutDevices(sample: Sample): StoredSample {
  const stored: Record<string, unknown> = { timestamp: isoTime(sample.timestamp) };
  for (const name of METRIC_NAMES) {
    stored[name] = sample.values[name] ?? null;
  }
  if (sample.missing) {
    stored.missing = sample.missing;
  }
  return stored as StoredSample;
}
