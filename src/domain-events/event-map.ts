/** Every domain event and what it carries. Published after the commit. */
import type {
  Alert,
  DeviceLists,
  MachineSummary,
  MetricValues,
  ProcessEvidence,
} from '../contracts/index.js';

/** A sample as it goes through the server. */
export interface Sample {
  /** Internal key of the machine. */
  machineKey: number;
  /** Public uuid of the machine. */
  machine_id: string;
  /** Epoch milliseconds. */
  timestamp: number;
  /** Metrics by name; absent and `null` both mean unknown. */
  values: MetricValues;
  devices?: DeviceLists;
  missing?: Record<string, string>;
  evidence?: ProcessEvidence[];
}

/** Event name -> payload. */
export interface DomainEventMap {
  /** Samples that were committed for the first time; duplicates are not among them. */
  'metrics.stored': { samples: Sample[] };
  'machine.registered': { machine: MachineSummary };
  'machine.updated': { machine: MachineSummary };
  'machine.status-changed': { machine: MachineSummary };
  'machine.deleted': { machineKey: number; machine_id: string };
  'alert.opened': { alert: Alert };
  'alert.acknowledged': { alert: Alert };
  'alert.resolved': { alert: Alert };
  /** A key or session no longer counts: open sockets that live on it must close. */
  'auth.revoked': { principal_ids: string[] };
}

/** Name of a domain event. */
export type DomainEventName = keyof DomainEventMap;
