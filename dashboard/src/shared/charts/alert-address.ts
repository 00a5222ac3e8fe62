/** Where the dashboard shows an alert in the charts of its machine. */
import type { Alert } from '../../../../src/contracts/index.js';
import { addressOfRange, around } from './ranges.js';

/** The path of the machine's page around the alert, which is marked there. */
export function alertAddress(
  alert: Pick<Alert, 'id' | 'machine_id' | 'fired_at' | 'pending_since' | 'resolved_at'>,
): string {
  const start = Date.parse(alert.fired_at ?? alert.pending_since);
  const end = alert.resolved_at === null ? null : Date.parse(alert.resolved_at);
  const parameters = addressOfRange(around(start, end));
  parameters.set('alert', alert.id);
  return `/machines/${alert.machine_id}?${parameters}`;
}
