/** Short notices in the corner, about what was done or what failed. */
import { notifications, notificationsStore } from '@mantine/notifications';
import { errorMessage } from '../api/errors.js';

/** At most this many are shown; the oldest make way for new ones. */
export const SHOWN_AT_ONCE = 4;
const SUCCESS_MS = 4_000;
const ERROR_MS = 10_000;

/** Confirms an action, e.g. "Saved". */
export function showSuccess(message: string): void {
  show(message, 'brand', SUCCESS_MS);
}

/** Reports a failed action with the message of its error. */
export function showError(error: unknown): void {
  show(errorMessage(error), 'red', ERROR_MS);
}

function show(message: string, color: string, autoClose: number): void {
  // Mantine queues a notice beyond its limit until another one closes.
  const shown = notificationsStore.getState().notifications;
  for (const { id } of shown.slice(0, Math.max(0, shown.length + 1 - SHOWN_AT_ONCE))) {
    if (id !== undefined) notifications.hide(id);
  }
  notifications.show({
    message,
    color,
    autoClose,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
