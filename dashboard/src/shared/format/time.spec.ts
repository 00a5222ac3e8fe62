/** Times as people read them. */
import { formatAgo, formatStep } from './time.js';

describe('formatting of times', () => {
  it.each([
    [0, 'now'],
    [9, 'now'],
    [12, '12s ago'],
    [61, '1m ago'],
    [7200, '2h ago'],
    [3 * 86_400, '3d ago'],
    // The machine's clock is ahead of ours.
    [-30, 'now'],
  ])('writes a time %d seconds ago as %s', (seconds, text) => {
    const now = Date.parse('2026-01-02T03:04:05Z');
    expect(formatAgo(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
  });

  it('says never for a machine that never reported', () => {
    expect(formatAgo(null, 0)).toBe('never');
  });

  it.each([
    [5, '5 s'],
    [90, '90 s'],
    [120, '2 min'],
    [7200, '2 h'],
    [86_400, '1 d'],
  ])('writes a step of %d seconds as %s', (seconds, text) => {
    expect(formatStep(seconds)).toBe(text);
  });
});
