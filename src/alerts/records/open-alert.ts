/** The parts of an alert that its evaluation and its silences read and write. */
import type { AlertEntity } from './alert.entity.js';

/** An open alert without what the evaluation does not need. */
export type OpenAlert = Readonly<
  Pick<
    AlertEntity,
    | 'id'
    | 'rule_id'
    | 'rule_revision'
    | 'machine'
    | 'machine_id'
    | 'device_kind'
    | 'device_name'
    | 'state'
    | 'cursor'
    | 'pending_since'
    | 'clearing_since'
    | 'fired_at'
    | 'first_value'
    | 'last_value'
    | 'peak_value'
    | 'notified_at'
    | 'notifications'
  >
>;

/** The columns that an evaluation writes to an alert that exists. */
export type AlertUpdate = Readonly<
  Pick<
    AlertEntity,
    | 'id'
    | 'state'
    | 'cursor'
    | 'clearing_since'
    | 'fired_at'
    | 'resolved_at'
    | 'resolution'
    | 'first_value'
    | 'last_value'
    | 'peak_value'
    | 'notified_at'
    | 'notifications'
  >
>;

/** The parts of an alert that silences are matched with, and whether it lasts. */
export type AlertSubject = Readonly<Pick<AlertEntity, 'id' | 'rule_id' | 'machine_id' | 'state'>>;

/** Names a series among all open alerts. */
export function openKey(
  rule_id: string,
  machineKey: number,
  device: { kind: string; name: string } | null,
): string {
  return device
    ? `${rule_id}/${machineKey}/${device.kind}/${device.name}`
    : `${rule_id}/${machineKey}`;
}
