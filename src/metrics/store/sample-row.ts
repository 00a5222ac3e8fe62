/** Rows of raw samples, as both databases answer them. */
import { METRIC_NAMES } from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';

/** Time in epoch milliseconds, the reasons as JSON text, then the metrics in catalogue order. */
export type SampleRow = readonly (number | string | null)[];

/** Reads a row of a machine's sample. */
export function sampleFromRow(
  { machineKey: machine, machine_id }: Pick<Sample, 'machineKey' | 'machine_id'>,
  [timestamp, missing, ...values]: SampleRow,
): Sample {
  return {
    machineKey: machine,
    machine_id,
    timestamp: Number(timestamp),
    values: Object.fromEntries(METRIC_NAMES.map((name, index) => [name, values[index] ?? null])),
    missing: typeof missing === 'string' ? JSON.parse(missing) : undefined,
  };
}
