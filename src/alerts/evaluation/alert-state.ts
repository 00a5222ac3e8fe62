/** The state of a series as an open alert keeps it. Pure. */
import type { OpenAlert } from '../records/open-alert.js';
import type { OpenState } from './series.js';

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
