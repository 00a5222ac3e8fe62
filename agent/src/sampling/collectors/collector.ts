/** The interface that all collectors implement. */
import type { DeviceLists, MetricName, MetricValues } from '../../../../src/contracts/index.js';

/** The result of a collector: values, devices, and reasons for metrics without a value. */
export interface Reading {
  metrics?: MetricValues;
  devices?: DeviceLists;
  missing?: { [name in MetricName]?: string };
}

/** Reads one part of the machine. It may keep files open and remember its last counters. */
export interface Collector {
  /** Short and unique; shown by `doctor` and in the benchmark. */
  readonly name: string;
  /** Metrics of the machine that this collector provides. */
  readonly provides: readonly MetricName[];
  /** The reading is reused for this long; every tick takes a new one if it is 0 or absent. */
  readonly restMs?: number;
  /**
   * Reads once. `nowMs` is monotonic. Throws `Unavailable` if nothing can be read; a single metric
   * that cannot be read is `null`, with its reason in `missing`.
   */
  collect(nowMs: number): Reading | Promise<Reading>;
  /** Takes over the counters of an earlier collector of the same kind on the same machine. */
  resume?(earlier: Collector): void;
  /** Closes files and ends child processes. */
  close?(): void;
}
