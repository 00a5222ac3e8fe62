/** When a share is worth a look. */
import { levelOf, worstLevel } from './levels.js';

describe('levels', () => {
  it.each([
    [null, 'ok'],
    [74.9, 'ok'],
    [75, 'warm'],
    [89.9, 'warm'],
    [90, 'hot'],
    [100, 'hot'],
  ] as const)('calls %p %s', (percent, level) => {
    expect(levelOf(percent)).toBe(level);
  });

  it('takes the worst of several', () => {
    expect(worstLevel([10, 80, null])).toBe('warm');
    expect(worstLevel([10, 80, 95])).toBe('hot');
    expect(worstLevel([])).toBe('ok');
  });
});
