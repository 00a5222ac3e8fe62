/** What the page of alerts shows, as its address says it. Pure functions. */
import {
  ALERT_SEVERITIES,
  type AlertSeverity,
  type AlertState,
} from '../../../src/contracts/index.js';

/** The views of the page, by state. */
export const ALERT_VIEWS = [
  { value: 'open', label: 'Open', states: ['firing', 'acknowledged'] },
  { value: 'pending', label: 'Pending', states: ['pending'] },
  { value: 'resolved', label: 'Resolved', states: ['resolved'] },
] as const satisfies readonly { value: string; label: string; states: readonly AlertState[] }[];

/** What is shown, and how. */
export interface AlertView {
  state: (typeof ALERT_VIEWS)[number]['value'];
  severity: AlertSeverity | null;
  machineId: string | null;
  ruleId: string | null;
  byMachine: boolean;
}

/** The view of an address; what is missing or unknown there is the default. */
export function viewOfAddress(parameters: URLSearchParams): AlertView {
  const severity = parameters.get('severity');
  return {
    state: ALERT_VIEWS.find(({ value }) => value === parameters.get('state'))?.value ?? 'open',
    severity: ALERT_SEVERITIES.find((known) => known === severity) ?? null,
    machineId: parameters.get('machine'),
    ruleId: parameters.get('rule'),
    byMachine: parameters.get('group') === 'machine',
  };
}

/** The address of a view; defaults are left out. */
export function addressOfView(view: AlertView): Record<string, string> {
  const { state, severity, machineId, ruleId, byMachine } = view;
  return {
    ...(state !== 'open' && { state }),
    ...(severity !== null && { severity }),
    ...(machineId !== null && { machine: machineId }),
    ...(ruleId !== null && { rule: ruleId }),
    ...(byMachine && { group: 'machine' }),
  };
}

/** True if something is left out beside the states. */
export function isFiltered({ severity, machineId, ruleId }: AlertView): boolean {
  return severity !== null || machineId !== null || ruleId !== null;
}
