/** What a silence does to due deliveries. Pure. */
import type { AlertEntity } from '../records/alert.entity.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import type { HoldOf } from '../silences/silence-match.js';

type Row = Pick<DeliveryEntity, 'alert_id' | 'kind'>;
type Subject = Pick<AlertEntity, 'rule_id' | 'machine_id' | 'state'>;

/**
 * Sorts `due` by what holds their alerts: recoveries, and alerts that still last, wait for the end of
 * the silence; reminders, and alerts that are over and were never told, are pointless then.
 */
export function sortSilenced<row extends Row>(
  due: readonly row[],
  alerts: ReadonlyMap<string, Subject>,
  holdOf: HoldOf,
): { free: row[]; held: row[]; pointless: row[] } {
  const free: row[] = [];
  const held: row[] = [];
  const pointless: row[] = [];
  for (const row of due) {
    const alert = alerts.get(row.alert_id ?? '');
    if (!alert || holdOf(alert) === null) {
      free.push(row);
    } else if (row.kind === 'repeated' || (row.kind === 'fired' && alert.state === 'resolved')) {
      pointless.push(row);
    } else {
      held.push(row);
    }
  }
  return { free, held, pointless };
}
