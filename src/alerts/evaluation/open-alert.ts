/** Open alerts between the database and the evaluation: rows to states and back. Pure. */
import type { AlertResolution } from '../../contracts/index.js';
import type { AlertEntity } from '../alert.entity.js';
import type { OpenState } from './series.js';

/** An open alert without what the evaluation does not need. */
export type OpenAlert = Pick<
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
>;

/** The part of a row that an evaluation changes. */
export type AlertChange = Pick<
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
>;

/** Names a series among all open alerts. */
export function openKey(
  rule_id: string,
  machine: number,
  device: { kind: string; name: string } | null,
): string {
  return device ? `${rule_id}/${machine}/${device.kind}/${device.name}` : `${rule_id}/${machine}`;
}

/** The state that an open row holds. */
export function stateOf(row: OpenAlert): OpenState {
  return {
    phase: row.state === 'pending' ? 'pending' : 'firing',
    cursor: row.cursor,
    since: row.pending_since,
    firedAt: row.fired_at,
    clearingSince: row.clearing_since,
    first: row.first_value,
    last: row.last_value,
    peak: row.peak_value,
  };
}

/** The columns of a state. */
export function columnsOf(state: OpenState) {
  return {
    cursor: state.cursor,
    pending_since: state.since,
    clearing_since: state.clearingSince,
    fired_at: state.firedAt,
    first_value: state.first,
    last_value: state.last,
    peak_value: state.peak,
  };
}

/** The change that writes `row` as it is, ended at `end` if given. */
export function changeOf(
  row: OpenAlert,
  end: { at: number; resolution: AlertResolution } | null = null,
): AlertChange {
  return {
    id: row.id,
    state: end ? 'resolved' : row.state,
    cursor: row.cursor,
    clearing_since: row.clearing_since,
    fired_at: row.fired_at,
    resolved_at: end?.at ?? null,
    resolution: end?.resolution ?? null,
    first_value: row.first_value,
    last_value: row.last_value,
    peak_value: row.peak_value,
    notified_at: row.notified_at,
    notifications: row.notifications,
  };
}
