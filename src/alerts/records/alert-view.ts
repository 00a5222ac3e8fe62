/** Alerts in the shape that answers, events and notifications carry. */
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { Alert } from '../../contracts/index.js';
import type { AlertEntity } from './alert.entity.js';

/** What holds back the notifications of an alert, until when in epoch milliseconds. */
export interface AlertHold {
  silence_id: string;
  until: number;
}

/**
 * An alert as answered; `now` (epoch milliseconds) counts its duration while it lasts. What is over
 * is held by nothing.
 */
export function toAlert(row: AlertEntity, now: number, hold: AlertHold | null): Alert {
  const { rule } = row;
  const held = row.state === 'resolved' ? null : hold;
  return {
    id: row.id,
    rule_id: row.rule_id,
    rule_name: rule.name,
    machine_id: row.machine_id,
    machine_name: row.machine_name,
    metric: rule.metric,
    device:
      row.device_kind === null ? null : { kind: row.device_kind, name: row.device_name ?? '' },
    severity: row.severity,
    state: row.state,
    operator: rule.operator,
    threshold: rule.threshold,
    first_value: row.first_value,
    last_value: row.last_value,
    peak_value: row.peak_value,
    pending_since: isoTime(row.pending_since),
    fired_at: isoTimeOrNull(row.fired_at),
    acknowledged_at: isoTimeOrNull(row.acknowledged_at),
    acknowledged_by: row.acknowledged_by,
    acknowledged_note: row.acknowledged_note,
    resolved_at: isoTimeOrNull(row.resolved_at),
    duration_seconds:
      row.fired_at === null
        ? null
        : Math.max(0, Math.round(((row.resolved_at ?? now) - row.fired_at) / 1_000)),
    resolution: row.resolution,
    evidence: row.evidence,
    silenced_by: held?.silence_id ?? null,
    silenced_until: isoTimeOrNull(held?.until ?? null),
    rule,
  };
}
