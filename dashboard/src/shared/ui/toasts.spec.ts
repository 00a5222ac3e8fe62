import { notifications, notificationsStore } from '@mantine/notifications';
import { SHOWN_AT_ONCE, showError, showSuccess } from './toasts.js';

const shown = () => notificationsStore.getState().notifications.map(({ message }) => message);

describe('notices', () => {
  afterEach(() => notifications.clean());

  it('show the newest; a new one never waits for an old one to close', () => {
    for (let index = 1; index <= SHOWN_AT_ONCE + 2; index++) showSuccess(`${index}`);
    showError(new Error('failed'));
    expect(shown()).toEqual(['4', '5', '6', 'failed']);
    expect(notificationsStore.getState().queue).toEqual([]);
  });
});
