/** Which due deliveries of a channel may go now, and which became pointless. Pure. */
import type { DeliveryEntity } from '../records/delivery.entity.js';

type Row = Pick<DeliveryEntity, 'id' | 'alert_id' | 'kind' | 'state'>;

/**
 * Keeps the order of an alert's notifications: a recovery goes only after the alert was delivered, and not
 * at all if it never will be; a reminder of what was not yet told, or is over, is dropped. `known` is
 * everything that the channel was ever to be told of these alerts.
 */
export function sortDeliveries<row extends Row>(
  due: readonly row[],
  known: readonly Row[],
): { ready: row[]; skipped: row[] } {
  const byAlert = new Map<string, Row[]>();
  for (const row of known) {
    byAlert.set(row.alert_id ?? '', [...(byAlert.get(row.alert_id ?? '') ?? []), row]);
  }
  const ready: row[] = [];
  const skipped: row[] = [];
  for (const row of due) {
    const ofAlert = byAlert.get(row.alert_id ?? '') ?? [];
    const told = ofAlert.filter(({ kind }) => kind === 'fired' || kind === 'repeated');
    if (row.kind === 'repeated' && isOvertaken(ofAlert)) {
      skipped.push(row);
    } else if (row.kind === 'resolved' && !told.some(({ state }) => state === 'delivered')) {
      if (!told.some(({ kind, state }) => kind === 'fired' && state === 'waiting')) {
        skipped.push(row);
      }
    } else {
      ready.push(row);
    }
  }
  return { ready, skipped };
}

function isOvertaken(ofAlert: readonly Row[]): boolean {
  return ofAlert.some(
    ({ kind, state }) => kind === 'resolved' || (kind === 'fired' && state === 'waiting'),
  );
}
