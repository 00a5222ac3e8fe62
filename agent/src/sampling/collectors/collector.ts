/** The one interface of everything that reads a part of this machine. */
import type { DeviceLists, MetricName, MetricValues } from '../../../../src/contracts/index.js';

/** What one collector read: values, devices, and why a metric has no value. */
export interface Reading {
  metrics?: MetricValues;
  devices?: DeviceLists;
  missing?: { [name in MetricName]?: string };
}

/** Reads one part of the machine. It may keep files open and remember its last counters. */
export interface Collector {
  /** Short and unique; shown by `doctor` and in the benchmark. */
  readonly name: string;
  /** Metrics of the machine that it is responsible for. */
  readonly provides: readonly MetricName[];
  /** Its reading is repeated for this long instead of being taken anew; 0 or absent: every tick. */
  readonly restMs?: number;
  /**
   * Reads once. `nowMs` is monotonic. Throws `Unavailable` if nothing can be read; answers `null`
   * with a reason in `missing` for single metrics.
   */
  collect(nowMs: number): Reading | Promise<Reading>;
  /** Goes on from the counters of an earlier collector of its kind, which read the same machine. */
  resume?(earlier: Collector): void;
  /** Lets go of files and child processes. */
  close?(): void;
}
