import type { QuietHours, Weekday } from '../../contracts/index.js';
import { isTimeZone, parseTimeOfDay, quietUntil } from './quiet-hours.js';

const ALL_DAYS: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function nights(time_zone: string, from = '22:00', to = '07:00', days = ALL_DAYS): QuietHours {
  return { time_zone, windows: [{ days, from, to }] };
}

function until(quiet: QuietHours, now: string): string | null {
  const end = quietUntil(quiet, Date.parse(now));
  return end === null ? null : new Date(end).toISOString();
}

describe('quiet hours', () => {
  it.each([
    ['2026-06-10T19:59:00Z', null],
    ['2026-06-10T20:00:00Z', '2026-06-11T05:00:00.000Z'],
    ['2026-06-11T04:59:30Z', '2026-06-11T05:00:00.000Z'],
    ['2026-06-11T05:00:00Z', null],
  ])('in Berlin in summer at %s last until %s', (now, expected) => {
    expect(until(nights('Europe/Berlin'), now)).toBe(expected);
  });

  it('end at the right hour when the clocks go forward in the night', () => {
    // 29 March 2026, 02:00 -> 03:00 in Berlin.
    expect(until(nights('Europe/Berlin'), '2026-03-28T21:30:00Z')).toBe('2026-03-29T05:00:00.000Z');
  });

  it('end at the right hour when the clocks go back in the night', () => {
    // 25 October 2026, 03:00 -> 02:00 in Berlin.
    expect(until(nights('Europe/Berlin'), '2026-10-24T20:30:00Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('hold on the days they name, into the night after', () => {
    const friday = nights('America/New_York', '22:00', '06:00', ['fri']);
    // Saturday, 03:00 in New York.
    expect(until(friday, '2026-06-13T07:00:00Z')).toBe('2026-06-13T10:00:00.000Z');
    expect(until(friday, '2026-06-14T07:00:00Z')).toBeNull();
  });

  it('go on where one window touches the next', () => {
    const weekend: QuietHours = {
      time_zone: 'UTC',
      windows: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }],
    };
    expect(until(weekend, '2026-06-13T12:00:00Z')).toBe('2026-06-15T00:00:00.000Z');
  });

  it('are cut after a week where they never end', () => {
    const always = nights('UTC', '00:00', '24:00');
    const end = quietUntil(always, Date.parse('2026-06-13T12:00:00Z'));
    expect(end).toBeGreaterThanOrEqual(Date.parse('2026-06-20T12:00:00Z'));
  });

  it('know times of day and time zones', () => {
    expect(['07:30', '24:00', '24:01', '7:30', '12:60'].map(parseTimeOfDay)).toEqual([
      450,
      1_440,
      null,
      null,
      null,
    ]);
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
  });
});
