/** The sample: what an agent pushes, and what the server stores and streams. */
import type { DEVICE_CATALOG, DeviceKind, MetricName } from './metric-catalog.js';

/** Metrics of the machine; `null` means that the value could not be read, never zero. */
export type MetricValues = { [name in MetricName]?: number | null };

/** Metrics that one device of the kind `kind` may carry. */
export type DeviceMetricsOf<kind extends DeviceKind> =
  (typeof DEVICE_CATALOG)[kind]['metrics'][number];

/** One device's values at the time of the sample; `name` identifies it within kind and machine. */
export type DeviceSample<kind extends DeviceKind = DeviceKind> = { name: string } & {
  [metric in DeviceMetricsOf<kind>]?: number | null;
};

/** Typed lists of devices, by the list names of the device catalogue. */
export type DeviceLists = {
  [kind in DeviceKind as (typeof DEVICE_CATALOG)[kind]['list']]?: DeviceSample<kind>[];
};

/** One process of the evidence that an agent attaches while a rule on CPU or RAM is pending. */
export interface ProcessEvidence {
  pid: number;
  name: string;
  user: string | null;
  /** Percent of the whole machine. */
  cpu: number | null;
  rss_bytes: number | null;
}

/** A sample as pushed to `POST /api/v1/metrics`. */
export interface PushedSample extends MetricValues {
  machine_id: string;
  cpu: number | null;
  ram: number | null;
  disk: number | null;
  network_in: number | null;
  network_out: number | null;
  /** ISO 8601 or epoch milliseconds; the time of receipt if absent. */
  timestamp?: string | number;
  devices?: DeviceLists;
  /** Metric name -> why it could not be read. */
  missing?: Record<string, string>;
  /** Top processes, attached only while the server wants them. */
  evidence?: ProcessEvidence[];
}

/** A sample as answered and streamed: time in ISO 8601 UTC, every metric present or `null`. */
export type StoredSample = { timestamp: string } & { [name in MetricName]: number | null } & {
  devices?: DeviceLists;
  missing?: Record<string, string>;
};

/** Answer of `POST /api/v1/metrics`. */
export interface PushAnswer {
  status: 'metrics_received';
  /** What the server asks of the agent; absent when it asks nothing. Never a command to run. */
  wants?: AgentRequests;
}

/** Data that the server would like with the next pushes. The agent may decline. */
export interface AgentRequests {
  /** Attach `evidence` to samples until this time (epoch milliseconds): a rule is pending. */
  evidence_until?: number;
}

/** Body of `POST /api/v1/metrics/batch` and of the `/agent` socket's `metrics`. */
export interface BatchBody {
  samples: PushedSample[];
}

/** One sample of a batch that was not taken, by its index in the batch. */
export interface RejectedSample {
  index: number;
  /** As in an error body: `metrics.invalid_sample`, `metrics.invalid_timestamp_ahead` … */
  code: string;
  message: string;
}

/** Code of a sample whose time has not come by the server's clock: it may be pushed again. */
export const TIMESTAMP_AHEAD = 'metrics.invalid_timestamp_ahead';

/** Answer of `POST /api/v1/metrics/batch`. */
export interface BatchAnswer extends PushAnswer {
  accepted: number;
  duplicates: number;
  rejected: RejectedSample[];
}

/** Bounds of one push; the agent keeps to them. */
export const PUSH_LIMITS = {
  /** Samples in one batch. */
  batchSamples: 1_000,
  /** Bytes of a body after decompression. */
  bodyBytes: 4 * 1024 * 1024,
  /** Devices of one kind in one sample. */
  devicesPerKind: 1_024,
  /** Characters of a device's name. */
  deviceNameLength: 200,
  /** Entries of `missing`, and characters of one reason. */
  missingEntries: 64,
  missingReasonLength: 300,
  /** How far ahead of the server's clock a timestamp may be, in milliseconds. */
  futureMs: 5 * 60_000,
  /** Processes in one sample's evidence. */
  evidenceProcesses: 10,
} as const;
