import type { NotificationDelivery } from '../../../src/contracts/index.js';
import { isFailing, outcomeText } from './delivery-text.js';

const delivery = (more: Partial<NotificationDelivery>) =>
  ({ state: 'delivered', attempts: 1, last_error: null, ...more }) as NotificationDelivery;

describe('the outcome of a delivery', () => {
  it.each([
    [{}, 'sent', false],
    [{ state: 'waiting', attempts: 0 }, 'waiting', false],
    [{ state: 'waiting', attempts: 3, last_error: 'gone' }, 'waiting, 3 attempts: gone', true],
    [{ state: 'dead', attempts: 12, last_error: 'gone' }, 'given up, 12 attempts: gone', true],
    [{ state: 'skipped', last_error: 'it was silenced' }, 'not needed any more', false],
  ] as const)('of %j', (more, text, failing) => {
    expect(outcomeText(delivery(more), true)).toBe(text);
    expect(isFailing(delivery(more))).toBe(failing);
  });

  it('leaves out the reason for those who cannot mend it', () => {
    const failed = delivery({ state: 'dead', attempts: 12, last_error: 'gone' });
    expect(outcomeText(failed, false)).toBe('given up, 12 attempts');
  });
});
