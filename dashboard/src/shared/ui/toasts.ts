/** Short notices in the corner: what was done or went wrong, and nothing that needs an answer. */
import { notifications, notificationsStore } from '@mantine/notifications';
import { errorMessage } from '../api/errors.js';

/** More are not read: the oldest make way for new ones. */
export const SHOWN_AT_ONCE = 4;
const SUCCESS_MS = 4_000;
const ERROR_MS = 10_000;

/** Says that something was done, e.g. "Saved". */
export function showSuccess(message: string): void {
  show(message, 'brand', SUCCESS_MS);
}

/** Says that something failed, in the words of the error. */
export function showError(error: unknown): void {
  show(errorMessage(error), 'red', ERROR_MS);
}

function show(message: string, color: string, autoClose: number): void {
  // Mantine would keep the new one waiting until one of those shown closes.
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
