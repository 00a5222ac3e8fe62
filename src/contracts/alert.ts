/** Alert rules, alerts and notification channels. */
import type { DeviceKind } from './metric-catalog.js';
import type { ProcessEvidence } from './sample.js';

/** How a value is compared with a rule's threshold. */
export type AlertOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** How much an alert matters. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/** The machines that a rule covers; new machines are covered at once where they match. */
export type AlertScope = { all: true } | { machine_ids: string[] } | { tags: string[] };

/** Where an alert is in its life. */
export type AlertState = 'pending' | 'firing' | 'acknowledged' | 'resolved';

/** One alert as answered and streamed. */
export interface Alert {
  id: string;
  rule_id: string | null;
  rule_name: string;
  machine_id: string;
  machine_name: string;
  metric: string;
  device: { kind: DeviceKind; name: string } | null;
  severity: AlertSeverity;
  state: AlertState;
  operator: AlertOperator;
  threshold: number;
  first_value: number | null;
  last_value: number | null;
  peak_value: number | null;
  pending_since: string;
  fired_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  acknowledged_note: string | null;
  resolved_at: string | null;
  /** Why it ended: the value recovered, or its rule or machine went away. */
  resolution: 'recovered' | 'rule_changed' | 'machine_deleted' | null;
  evidence: ProcessEvidence[] | null;
}
