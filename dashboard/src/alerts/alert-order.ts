/** In which order alerts are read. Pure. */
import type { Alert, AlertSeverity, AlertState } from '../../../src/contracts/index.js';

const STATES: readonly AlertState[] = ['firing', 'acknowledged', 'pending', 'resolved'];
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'warning', 'info'];

/** Firing alerts first, then by severity; otherwise as given. Resolved ones keep their order. */
export function byUrgency(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort((a, b) => {
    const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
    if (state !== 0 || a.state === 'resolved') return state;
    return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  });
}
