/** What a silence does to due deliveries. Pure. */
import type { DeliveryEntity } from '../records/delivery.entity.js';
import type { AlertSubject } from '../records/open-alert.js';
import type { HoldOf } from '../silences/silence-match.js';

type Row = Pick<DeliveryEntity, 'alert_id' | 'kind'>;
type Subject = Omit<AlertSubject, 'id'>;

/** How soon what a silence holds is looked at again: somebody may end it early. */
const LOOK_AGAIN_MS = 5_000;
/** The longest time until then, for many at once. */
const LONGEST_WAIT_MS = 60_000;
/** What one of many adds to it: about 30 are looked at in a second. */
const LOOK_MS = 30;

/** A delivery that is held back, and the end of its silence in epoch milliseconds. */
export interface Held<row> {
  row: row;
  until: number;
}

/**
 * Sorts `due` by what holds their alerts: recoveries, and alerts that still last, wait for the end of
 * the silence; reminders, and alerts that are over and were never told, are pointless then.
 */
export function sortSilenced<row extends Row>(
  due: readonly row[],
  alerts: ReadonlyMap<string, Subject>,
  holdOf: HoldOf,
): { free: row[]; held: Held<row>[]; pointless: row[] } {
  const free: row[] = [];
  const held: Held<row>[] = [];
  const pointless: row[] = [];
  for (const row of due) {
    const alert = alerts.get(row.alert_id ?? '');
    const hold = alert ? holdOf(alert) : null;
    if (!alert || hold === null) {
      free.push(row);
    } else if (row.kind === 'repeated' || (row.kind === 'fired' && alert.state === 'resolved')) {
      pointless.push(row);
    } else {
      held.push({ row, until: hold.until });
    }
  }
  return { free, held, pointless };
}

/**
 * When to look again at what is held, with the ids of those deliveries: at the end of the silence, but
 * within seconds, or within a minute if there are many.
 */
export function nextLooks(
  held: readonly Held<Pick<DeliveryEntity, 'id'>>[],
  now: number,
): Map<number, string[]> {
  const wait = Math.min(LONGEST_WAIT_MS, Math.max(LOOK_AGAIN_MS, held.length * LOOK_MS));
  const looks = new Map<number, string[]>();
  for (const { row, until } of held) {
    const time = Math.min(until, now + wait);
    const ids = looks.get(time) ?? [];
    ids.push(row.id);
    looks.set(time, ids);
  }
  return looks;
}
