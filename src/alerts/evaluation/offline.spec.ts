import { absenceAfter, offlineHistory } from '../dry-run/replay.js';
import { absenceCountsFrom, offlineReadings } from './offline.js';

const SINCE = 1_000_000;
const rule = { stopped_after_seconds: 3_600, asleep_after_seconds: null };

describe('silence', () => {
  it.each([
    ['online', null],
    ['pending', null],
    ['offline', SINCE],
    ['stopped', SINCE + 3_600_000],
    ['asleep', null],
  ] as const)('of a machine that is %s counts from %s', (status, from) => {
    expect(absenceCountsFrom(rule, status, SINCE)).toBe(from);
  });

  it('counts at once or never where the rule says so', () => {
    const other = { stopped_after_seconds: null, asleep_after_seconds: 0 };
    expect(absenceCountsFrom(other, 'stopped', SINCE)).toBeNull();
    expect(absenceCountsFrom(other, 'asleep', SINCE)).toBe(SINCE);
  });

  it('is 0 until it counts, then all of it', () => {
    const from = SINCE + 60_000;
    expect(offlineReadings(SINCE, from, 0, from - 1)).toEqual([{ timestamp: from - 1, value: 0 }]);
    expect(offlineReadings(SINCE, from, 0, from + 10_000)).toEqual([
      { timestamp: from, value: 0 },
      { timestamp: from + 1, value: 70 },
      { timestamp: from + 10_000, value: 70 },
    ]);
  });
});

describe('silence of the past', () => {
  const times = [0, 10, 100].map((seconds) => seconds * 1_000);
  const history = (countsFrom: (since: number) => number | null) =>
    offlineHistory(times, 30_000, 150_000, countsFrom).map(
      ({ timestamp, value }) => [timestamp / 1_000, value] as const,
    );

  it('is as long as nothing was heard', () => {
    expect(history((since) => since)).toEqual([
      [0, 0],
      [10, 0],
      [40, 30],
      [70, 60],
      [100, 0],
      [130, 30],
    ]);
  });

  it('is 0 until it counts, as for a machine that had said goodbye', () => {
    expect(history((since) => (since === 10_000 ? 60_000 : null))).toEqual([
      [0, 0],
      [10, 0],
      [40, 0],
      [70, 60],
      [100, 0],
      [130, 0],
    ]);
  });

  it.each([
    ['without a goodbye', [], SINCE],
    ['after one', [{ at: SINCE + 1, reason: 'stopped' }], SINCE + 3_600_000],
    ['of a machine whose clock is ahead', [{ at: SINCE - 1_500, reason: 'sleep' }], null],
    ['after an earlier one', [{ at: SINCE - 5_000, reason: 'sleep' }], SINCE],
    ['before a later one', [{ at: SINCE + 900_000, reason: 'sleep' }], SINCE],
  ] as const)('%s counts as it would have then', (_, goodbyes, from) => {
    expect(absenceAfter(rule, goodbyes)(SINCE, SINCE + 900_000)).toBe(from);
  });
});
