/** The order of the list of alerts. */
import type { Alert, AlertSeverity, AlertState } from '../../../src/contracts/index.js';
import { byUrgency } from './alert-order.js';

const alert = (id: string, state: AlertState, severity: AlertSeverity) =>
  ({ id, state, severity }) as Alert;

describe('order of alerts', () => {
  it('puts unacknowledged alerts first, then the most severe, then the newest', () => {
    const alerts = [
      alert('1', 'firing', 'info'),
      alert('2', 'acknowledged', 'critical'),
      alert('3', 'firing', 'critical'),
      alert('4', 'firing', 'warning'),
      alert('5', 'firing', 'critical'),
    ];
    expect(byUrgency(alerts).map(({ id }) => id)).toEqual(['3', '5', '4', '1', '2']);
  });

  it('keeps resolved alerts in the order of time', () => {
    const history = [alert('1', 'resolved', 'info'), alert('2', 'resolved', 'critical')];
    expect(byUrgency(history).map(({ id }) => id)).toEqual(['1', '2']);
  });
});
