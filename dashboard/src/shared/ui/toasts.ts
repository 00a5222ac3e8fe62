/** Short notices in the corner: what was done or went wrong, and nothing that needs an answer. */
import { notifications } from '@mantine/notifications';
import { errorMessage } from '../api/errors.js';

const SHOWN_MS = { done: 4_000, failed: 10_000 } as const;

/** Shows notices; `<Notifications />` in the shell renders them. */
export const toaster = {
  /** Something was done, e.g. "Saved". */
  done(text: string): void {
    show('done', text);
  },
  /** Something failed, in the words of the error. */
  failed(error: unknown): void {
    show('failed', errorMessage(error));
  },
};

function show(kind: keyof typeof SHOWN_MS, message: string): void {
  notifications.show({
    message,
    color: kind === 'failed' ? 'red' : 'brand',
    autoClose: SHOWN_MS[kind],
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
