/** Values in their units. */
import { formatBytes, formatDuration, formatPercent, formatRate, formatUnit } from './format.js';

describe('formatting of values', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.50 KiB'],
    [1024 ** 3 * 31.25, '31.3 GiB'],
    [1024 ** 2 * 1023.8, '1.00 GiB'],
    [1024 ** 5 * 5000, '5000 PiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0 B/s'],
    [999, '999 B/s'],
    [999.7, '1.00 kB/s'],
    [1200, '1.20 kB/s'],
    [12_345_678, '12.3 MB/s'],
    [1e12, '1 TB/s'],
  ])('writes %d bytes per second as %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  it('writes a percentage with the decimals asked for', () => {
    expect(formatPercent(25.34)).toBe('25.3%');
    expect(formatPercent(99.96, 0)).toBe('100%');
  });

  it.each([
    ['celsius', 51, '51.0 °C'],
    ['watts', 243.4, '243 W'],
    ['rpm', 1200, '1200 rpm'],
    ['load', 1.5, '1.50'],
    ['seconds', 90_000, '1d 1h'],
    ['count', 1234, '1,234'],
    ['count', 243.024, '243'],
    ['percent', 3, '3.0%'],
    ['bytes', 1024, '1 KiB'],
    ['bytes_per_second', 10, '10 B/s'],
  ] as const)('writes %s %d as %s', (unit, value, text) => {
    expect(formatUnit(value, unit)).toBe(text);
  });

  it.each([
    [0, '0s'],
    [59.9, '59s'],
    [60, '1m'],
    [302, '5m 2s'],
    [3 * 86_400 + 4 * 3600 + 59, '3d 4h'],
    [86_400 + 59, '1d'],
    [-5, '0s'],
  ])('writes a duration of %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('shows a dash for what is unknown, never a zero', () => {
    for (const format of [formatBytes, formatRate, formatPercent]) {
      expect(format(null)).toBe('–');
      expect(format(undefined)).toBe('–');
    }
    expect(formatUnit(null, 'load')).toBe('–');
    expect(formatDuration(null)).toBe('–');
  });
});
