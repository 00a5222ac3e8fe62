import { isoTime, parseTime } from './times.js';

describe('times', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T13:00:00.5+01:00', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['1769860800000', '2026-01-31T12:00:00.000Z'],
    [1_769_860_800_000.7, '2026-01-31T12:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('come in as %s', (input, expected) => {
    expect(isoTime(parseTime(input) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    'noon',
    '2026-01-31T12:00:00',
    '2026-13-01',
    '0000-01-01',
    '253402300800000',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
  ])('are not %p', (input) => {
    expect(parseTime(input)).toBeNull();
  });
});
