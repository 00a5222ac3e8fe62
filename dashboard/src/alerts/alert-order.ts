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

/** The alerts of one machine. */
export interface MachineGroup {
  machineId: string;
  name: string;
  alerts: Alert[];
}

/** Groups alerts by machine; groups and alerts keep their order. */
export function byMachine(alerts: readonly Alert[]): MachineGroup[] {
  const groups = new Map<string, MachineGroup>();
  for (const alert of alerts) {
    const { machine_id: machineId, machine_name: name } = alert;
    const group = groups.get(machineId) ?? { machineId, name, alerts: [] };
    group.alerts.push(alert);
    groups.set(machineId, group);
  }
  return [...groups.values()];
}
