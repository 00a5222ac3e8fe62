/** Hours as rows with a column for each metric: for plain SQL, beside those in columns. */
import type { DeviceMetricName, MetricName } from '../../../contracts/index.js';
import type { PackedBucket } from '../columns/packed-row.js';
import { DEVICE_SERIES, MACHINE_SERIES } from '../series.js';
import type { MachineBuckets } from './aggregate.js';
import { columnId, columnKey, deviceMetricId, MACHINE, machineMetricId } from './column-id.js';
import type { HistorySession, HourRow } from './history-storage.js';

const MACHINE_METRIC_IDS = MACHINE_SERIES.metrics.map((name) =>
  machineMetricId(name as MetricName),
);
const DEVICE_METRIC_IDS = DEVICE_SERIES.metrics.map((name) =>
  deviceMetricId(name as DeviceMetricName),
);

/** Puts the hours of machines, or of those only the ones with a start in `only`. */
export async function putHours(
  session: HistorySession,
  found: readonly [number, MachineBuckets][],
  only: ReadonlySet<number> | null,
): Promise<void> {
  const machines: HourRow[] = [];
  const devices: HourRow[] = [];
  for (const [machine, buckets] of found) {
    for (const [start, columns] of buckets) {
      if (only !== null && !only.has(start)) {
        continue;
      }
      machines.push({
        key: machine,
        start,
        values: hourValues(columns, MACHINE, MACHINE_METRIC_IDS),
      });
      const ids = new Set([...columns.keys()].map((key) => columnId(key).device));
      ids.delete(MACHINE);
      for (const device of ids) {
        devices.push({
          key: device,
          start,
          values: hourValues(columns, device, DEVICE_METRIC_IDS),
        });
      }
    }
  }
  await session.putHours(MACHINE_SERIES, machines);
  await session.putHours(DEVICE_SERIES, devices);
}

function hourValues(
  columns: ReadonlyMap<number, PackedBucket>,
  device: number,
  metrics: readonly number[],
): (number | null)[] {
  return metrics.flatMap((metric) => {
    const bucket = columns.get(columnKey({ device, metric }));
    return bucket === undefined
      ? [null, null, null, 0]
      : [average(bucket), bucket.min, bucket.max, bucket.count];
  });
}

/** What is nearly nothing becomes nothing: PostgreSQL refuses to calculate with it. */
function average({ sum, count }: PackedBucket): number {
  return Math.abs(sum) < 1e-290 ? 0 : sum / count;
}
