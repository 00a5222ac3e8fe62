/** Describes deliveries of notifications. Pure functions. */
import type {
  DeliveryState,
  NotificationDelivery,
  NotificationKind,
} from '../../../src/contracts/index.js';

/** What was told. */
export const KIND_TEXTS: Readonly<Record<NotificationKind, string>> = {
  fired: 'Alert',
  repeated: 'Reminder',
  resolved: 'All clear',
  test: 'Test',
};

const STATE_TEXTS: Readonly<Record<DeliveryState, string>> = {
  waiting: 'waiting',
  delivered: 'sent',
  dead: 'given up',
  skipped: 'not needed any more',
};

/** True for a delivery that did not arrive so far, and not because it waits for its time. */
export function isFailing({ state, last_error }: NotificationDelivery): boolean {
  return state === 'dead' || (state === 'waiting' && last_error !== null);
}

/** What became of a delivery: `sent`, `waiting, 3 attempts: no route to host`. */
export function outcomeText(delivery: NotificationDelivery, withReason: boolean): string {
  const { state, attempts, last_error } = delivery;
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const reason = withReason && isFailing(delivery) && last_error !== null ? `: ${last_error}` : '';
  return `${STATE_TEXTS[state]}${tries}${reason}`;
}
