/** Lines of an earlier time beside those of now. */
import { QUERY_LIMITS } from '../../../../src/contracts/index.js';
import { aheadOf, isComparison, withComparison } from './comparison.js';
import type { Timeline } from './timeline.js';

const DAY = 86_400_000;
const line = (timestamp: number[], cpu: (number | null)[]): Timeline => ({
  timestamp,
  columns: { cpu },
});
const past = (timestamp: number[], cpu: (number | null)[]) =>
  line(
    timestamp.map((time) => time - DAY),
    cpu,
  );
const options = { shiftMs: DAY, toleranceMs: 7, from: 0, to: 100 };

describe('comparison', () => {
  it('knows its names', () => {
    expect(['day', 'toString', '', null].map(isComparison)).toEqual([true, false, false, false]);
  });

  it.each([
    ['an hour', 3_600_000],
    ['nine years', 9 * 365 * DAY],
    ['the longest range', 3650 * DAY],
  ])('fetches %s ahead, again only when the range has left it, and never too much', (_, length) => {
    const at = (from: number) => aheadOf({ from, to: from + length, points: 300 });
    const query = at(1_800_000_000_000);
    const duration = query.to - query.from;
    expect(duration).toBeGreaterThan(length);
    expect(duration).toBeLessThanOrEqual(Math.min(2 * length, QUERY_LIMITS.maxRangeMs));
    expect(query.points / 300).toBeCloseTo(duration / length, 1);
    const last = query.to - length;
    expect(at(query.from)).toEqual(query);
    expect(at(last - 1)).toEqual(query);
    expect(at(last).from).toBe(last);
  });

  it('puts earlier values beside the nearest ones', () => {
    const merged = withComparison(
      line([0, 5, 10], [1, 2, 3]),
      past([1, 6, 11], [7, 8, 9]),
      ['cpu'],
      options,
    );
    expect(merged).toEqual({
      timestamp: [0, 5, 10],
      columns: { cpu: [1, 2, 3], cpu_before: [7, 8, 9] },
    });
  });

  it('goes on where there is nothing newer, up to the end', () => {
    const merged = withComparison(
      line([0, 10], [1, 2]),
      past([0, 10, 20, 100, 110], [5, 6, 7, 8, 9]),
      ['cpu'],
      options,
    );
    expect(merged.timestamp).toEqual([0, 10, 20, 100]);
    expect(merged.columns).toEqual({ cpu: [1, 2, null, null], cpu_before: [5, 6, 7, 8] });
  });

  it('goes on within a gap, which stays a gap', () => {
    const merged = withComparison(
      line([0, 20, 40], [1, null, 2]),
      past([0, 10, 20, 30, 40], [5, 6, 7, 8, 9]),
      ['cpu'],
      options,
    );
    expect(merged.timestamp).toEqual([0, 10, 20, 20, 30, 40]);
    expect(merged.columns.cpu).toEqual([1, null, null, null, null, 2]);
  });

  it('has no value where nothing was received then, and no column for what was not measured', () => {
    const merged = withComparison(line([0, 50], [1, 2]), past([0], [5]), ['cpu', 'gpu'], options);
    expect(merged.columns).toEqual({ cpu: [1, 2], cpu_before: [5, null] });
  });
});
