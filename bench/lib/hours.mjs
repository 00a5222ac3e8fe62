/** Hours of a long time at once, as rolling up minute after minute would leave them. */

import { deviceRows } from '../../dist/metrics/store/devices.js';
import { bucketsOfSamples, packBucket } from '../../dist/metrics/store/history/aggregate.js';
import {
  columnKey,
  deviceMetricId,
  MACHINE,
  machineMetricId,
} from '../../dist/metrics/store/history/column-id.js';
import { putHours } from '../../dist/metrics/store/history/hour-rows.js';
import { DEVICE_SERIES } from '../../dist/metrics/store/series.js';
import { openStore } from './store.mjs';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
/** So much time is in memory at once. */
const PART_MS = 10 * DAY_MS;
const RETENTION_MS = { raw: 30 * DAY_MS, '1m': 90 * DAY_MS, '1h': 730 * DAY_MS };

/**
 * Stores the hours of machine `key` from `from` to `to`, each of sixty samples that `next(stepMs)` makes, in a
 * store that is opened anew; answers what is stored then.
 */
export async function gatherHours(config, { key, next, from, to }) {
  const { store, close } = await openStore(config, { now: () => to, anew: true });
  const { signal } = new AbortController();
  try {
    const { storage } = store.dialect;
    const first = { machineKey: key, machine_id: '', timestamp: to, ...next(MINUTE_MS) };
    await store.write([first]);
    const devices = new Map(
      (await store.devices(key)).map(({ id, kind, name }) => [`${kind}/${name}`, id]),
    );
    for (let start = from; start < to; start += PART_MS) {
      const end = Math.min(to, start + PART_MS);
      const segment = segmentOf(next, devices, start, end);
      const buckets = bucketsOfSamples([segment], start, end, HOUR_MS);
      const rows = [...buckets].map(([time, columns]) => ({
        machine: key,
        time,
        data: packBucket(columns),
      }));
      await storage.session.putHeadRows('hour_head', rows);
      await putHours(storage.session, [[key, buckets]], null);
    }
    while ((await store.compact(to)).more);
    while ((await store.expire(to, RETENTION_MS, signal)).more);
    return await store.usage();
  } finally {
    await close();
  }
}

/** Samples of each minute in columns. */
function segmentOf(next, devices, from, to) {
  const count = (to - from) / MINUTE_MS;
  const times = Float64Array.from({ length: count }, (_, index) => from + index * MINUTE_MS);
  const columns = new Map();
  const put = (device, metric, index, value) => {
    if (value === null || value === undefined) return;
    const id = columnKey({ device, metric });
    const column = columns.get(id) ?? new Float64Array(count).fill(Number.NaN);
    columns.set(id, column);
    column[index] = value;
  };
  for (let index = 0; index < count; index++) {
    const sample = next(MINUTE_MS);
    for (const [name, value] of Object.entries(sample.values)) {
      put(MACHINE, machineMetricId(name), index, value);
    }
    for (const { kind, name, values } of deviceRows([{ machineKey: 0, ...sample }])) {
      const device = devices.get(`${kind}/${name}`);
      for (const [at, metric] of DEVICE_SERIES.metrics.entries()) {
        put(device, deviceMetricId(metric), index, values[at]);
      }
    }
  }
  return { times, columns, missing: null };
}
