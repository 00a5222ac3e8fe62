/** When filesystems will be full. */
import { forecastFull, forecastText } from './forecast.js';

const HOUR = 3_600_000;
const hours = (count: number) => Array.from({ length: count }, (_, index) => index * HOUR);
/** Hourly values from `usage`, which takes days. */
const week = (usage: (days: number, index: number) => number | null, count = 168) =>
  forecastFull(
    hours(count),
    hours(count).map((time, index) => usage(time / 24 / HOUR, index)),
  );

describe('forecast of a full filesystem', () => {
  it('goes on at the rate of the week', () => {
    const forecast = week((days) => 50 + 4 * days);
    expect(forecast).toEqual({ kind: 'full', inDays: expect.closeTo((50 - 4 * 6.958) / 4, 1) });
    expect(forecastText(forecast)).toBe("full in 6 days at this week's rate");
  });

  it('is not moved by a file that came and went', () => {
    const forecast = week((days, index) => 50 + 2 * days + (index > 60 && index < 80 ? 25 : 0));
    expect(forecast).toEqual({ kind: 'full', inDays: expect.closeTo((50 - 13.9) / 2, 0) });
  });

  it('sees through a daily rise and fall', () => {
    const forecast = week((days) => 40 + 5 * days + 3 * Math.sin(2 * Math.PI * days));
    expect(forecast).toEqual({ kind: 'full', inDays: expect.closeTo((60 - 35) / 5, 0) });
  });

  it.each([
    ['a constant value', (): number => 42, 'not growing'],
    ['logs that are rotated each day', (days: number) => 40 + 10 * (days % 1), ''],
    ['growth that takes more than a year', (days: number) => 10 + 0.2 * days, 'not growing'],
    ['what is cleaned up', (days: number) => 80 - 3 * days, 'shrinking'],
  ])('does not warn of %s', (_, usage, text) => {
    expect(forecastText(week(usage))).toBe(text);
  });

  it('tells nothing from few values, a short time or none', () => {
    expect(week((days) => 10 + days, 11)).toEqual({ kind: 'unknown' });
    expect(week((days) => 10 + days, 20)).toEqual({ kind: 'unknown' });
    expect(week(() => null)).toEqual({ kind: 'unknown' });
    expect(forecastText({ kind: 'unknown' })).toBe('');
  });

  it('says hours and days', () => {
    const texts = [0, 0.5, 1.2, 12].map((inDays) => forecastText({ kind: 'full', inDays }));
    expect(texts.map((text) => text.replace(" at this week's rate", ''))).toEqual([
      'full in 1 h',
      'full in 12 h',
      'full in 1 day',
      'full in 12 days',
    ]);
  });
});
