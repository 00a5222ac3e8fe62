/** Shapes and words of the small charts. */
import { sparklinePaths, sparklineText } from './sparkline-path.js';

describe('a sparkline', () => {
  it('goes from left to right, 0 at the bottom and 100 at the top', () => {
    expect(sparklinePaths([0, 100, 50])).toEqual({
      line: 'M0 20L30 0L60 10',
      area: 'M0 20V20L30 0L60 10V20Z',
    });
  });

  it('is broken at gaps, and a value on its own is a dot', () => {
    expect(sparklinePaths([null, 50, null, 0, 0])).toEqual({
      line: 'M15 10h0M45 20L60 20',
      area: 'M15 20V10V20ZM45 20V20L60 20V20Z',
    });
  });

  it('is empty without values', () => {
    for (const values of [[], [null, null]]) {
      expect(sparklinePaths(values)).toEqual({ line: '', area: '' });
    }
  });

  it('is said in words', () => {
    expect(sparklineText('CPU', [3.2, null, 60.6, 12])).toBe('CPU last hour: 3 to 61%');
    expect(sparklineText('CPU', [3.2, 3.4])).toBe('CPU last hour: 3%');
    expect(sparklineText('Memory', [null])).toBe('Memory last hour: nothing received');
  });
});
