import type { StorageUsage } from '../../../src/contracts/index.js';
import { formatDays, storageParts } from './storage-text.js';

const usage = (total_bytes: number, bytes: (number | null)[]): StorageUsage => {
  const tier = (index: number) => ({
    bytes: bytes[index] ?? null,
    oldest: '2026-01-01T00:00:00.000Z',
    retention_days: 7,
  });
  return {
    total_bytes,
    bytes_per_day: null,
    budget_bytes: null,
    budget_days: null,
    converted_from: null,
    tiers: { raw: tier(0), '1m': tier(1), '1h': tier(2) },
  };
};

describe('the parts of what is stored', () => {
  it('are the tiers and what belongs to none', () => {
    expect(storageParts(usage(100, [50, 30, 10])).map(({ key, bytes }) => [key, bytes])).toEqual([
      ['raw', 50],
      ['1m', 30],
      ['1h', 10],
      ['other', 10],
    ]);
    expect(storageParts(usage(90, [50, 30, 10]))).toHaveLength(3);
  });

  it('are one where the database does not tell tiers apart', () => {
    expect(storageParts(usage(100, [null, null, null]))).toEqual([
      { key: 'raw', label: 'All resolutions', bytes: 100 },
    ]);
  });
});

describe('days in words', () => {
  it.each([
    [0.5, '12 hours'],
    [1 / 24, '1 hour'],
    [7, '7 days'],
    [2.25, '2.3 days'],
    [90, '90 days'],
    [730, '2 years'],
  ])('%d', (days, words) => {
    expect(formatDays(days)).toBe(words);
  });
});
