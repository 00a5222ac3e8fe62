import { expiryOf } from './key-expiry.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');

describe('when a new key ends', () => {
  it('is never, or some days from now', () => {
    expect(expiryOf('never', '', NOW)).toBeNull();
    expect(expiryOf('7', '', NOW)).toBe(NOW + 7 * 86_400_000);
  });

  it('is at the end of a day where the reader is', () => {
    expect(expiryOf('date', '2026-12-31', NOW)).toBe(new Date(2027, 0, 1).getTime() - 1);
  });
});
