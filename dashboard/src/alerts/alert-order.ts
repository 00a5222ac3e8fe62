/** The order of the list of alerts. Pure functions. */
import type { Alert, AlertSeverity, AlertState } from '../../../src/contracts/index.js';

const STATES: readonly AlertState[] = ['firing', 'acknowledged', 'pending', 'resolved'];
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'warning', 'info'];

/** Sorts by state (firing first), then by severity; resolved alerts keep their order. */
export function byUrgency(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort((a, b) => {
    const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
    if (state !== 0 || a.state === 'resolved') return state;
    return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  });
}
