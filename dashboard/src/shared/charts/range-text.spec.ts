/** Ranges as people type them. */

import { parseRange } from './range-text.js';
import { lastOf } from './ranges.js';

/** Local times, as the texts name them. */
const local = (...parts: [number, number, number, number?, number?]) => {
  const [year, month, day, hours = 0, minutes = 0] = parts;
  return new Date(year, month - 1, day, hours, minutes).getTime();
};
const NOW = local(2026, 11, 28, 9, 30);
const HOUR = 3_600_000;

describe('typed ranges', () => {
  it.each([
    ['last 3h', 3 * HOUR],
    ['3h', 3 * HOUR],
    ['Last 3 hours', 3 * HOUR],
    ['past 90 minutes', 1.5 * HOUR],
    ['last hour', HOUR],
    ['1.5h', 1.5 * HOUR],
    ['last 2 weeks', 14 * 24 * HOUR],
    ['the last month', 30 * 24 * HOUR],
    ['2y', 730 * 24 * HOUR],
  ])('takes "%s" for a range that moves on', (text, duration) => {
    expect(parseRange(text, NOW).range).toEqual(lastOf(duration));
  });

  it.each([
    ['2026-11-01 12:00 to 2026-11-02', local(2026, 11, 1, 12), local(2026, 11, 3)],
    ['2026-11-01', local(2026, 11, 1), local(2026, 11, 2)],
    ['2026-11-01T12:00 – 2026-11-01T13:30', local(2026, 11, 1, 12), local(2026, 11, 1, 13, 30)],
    ['2026-11-01 22:00 - 23:00', local(2026, 11, 1, 22), local(2026, 11, 1, 23)],
    ['08:00 to now', local(2026, 11, 28, 8), NOW],
    ['8:00..9:15', local(2026, 11, 28, 8), local(2026, 11, 28, 9, 15)],
    ['yesterday', local(2026, 11, 27), local(2026, 11, 28)],
    ['yesterday to now', local(2026, 11, 27), NOW],
    ['today', local(2026, 11, 28), NOW],
    ['3h ago until 1h ago', NOW - 3 * HOUR, NOW - HOUR],
    [
      '2026-11-01T12:00:00Z to 2026-11-01t14:00+01:00',
      Date.UTC(2026, 10, 1, 12),
      Date.UTC(2026, 10, 1, 13),
    ],
  ])('takes "%s" for a fixed range', (text, from, to) => {
    expect(parseRange(text, NOW)).toEqual({ range: { kind: 'fixed', from, to } });
  });

  it.each([
    ['', 'Type a range'],
    ['soon', '“soon” is no time'],
    ['2026-02-30', '“2026-02-30” is no day that exists'],
    ['2026-11-01 25:00 to now', 'is no time that exists'],
    ['2026-11-01T99:00Z to now', 'is no time that exists'],
    ['12:00', 'has no end'],
    ['2026-11-02 to 2026-11-01', 'must lie after the start'],
    ['2027-01-01', 'in the future'],
    ['5s', 'shortest range is 30 seconds'],
    ['08:00:00 to 08:00:10', 'shortest range is 30 seconds'],
    ['99y', 'longest range is 10 years'],
    ['1990-01-01 to now', 'longest range is 10 years'],
    ['1 to 2 to 3', 'one start and one end'],
    ['to', 'is no time'],
  ])('says what is wrong with "%s"', (text, error) => {
    expect(parseRange(text, NOW).error).toContain(error);
  });
});
