/** What history takes, in words and in parts of a bar. */
import type { StorageUsage, Tier, TierUsage } from '../../../src/contracts/index.js';

/** The tiers from the finest to the coarsest. */
export const TIERS = ['raw', '1m', '1h'] as const satisfies readonly Tier[];

/** The name of each tier, and the server setting that says how long it is kept. */
export const TIER_NAMES: Record<Tier, { label: string; setting: string }> = {
  raw: { label: 'Samples', setting: 'PROCSPY_RETENTION_RAW' },
  '1m': { label: 'Minutes', setting: 'PROCSPY_RETENTION_1M' },
  '1h': { label: 'Hours', setting: 'PROCSPY_RETENTION_1H' },
};

/** A tier as a row of a table. */
export type TierRow = TierUsage & { tier: Tier };

/** A part of what is stored. */
export interface StoragePart {
  key: string;
  label: string;
  bytes: number;
}

/**
 * The parts of the total: the tiers and what belongs to none, such as the names of devices. One part
 * if the database does not tell tiers apart.
 */
export function storageParts({ total_bytes, tiers }: StorageUsage): StoragePart[] {
  const parts: StoragePart[] = [];
  for (const tier of TIERS) {
    const { bytes } = tiers[tier];
    if (bytes === null) return [{ key: 'raw', label: 'All resolutions', bytes: total_bytes }];
    parts.push({ key: tier, label: TIER_NAMES[tier].label, bytes });
  }
  const other = total_bytes - parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return other > 0 ? [...parts, { key: 'other', label: 'Other', bytes: other }] : parts;
}

/** A number of days in the unit people think in: `12 hours`, `30 days`, `2 years`. */
export function formatDays(days: number): string {
  if (days < 2) return unit(days * 24, 'hour');
  return days >= 730 ? unit(days / 365, 'year') : unit(days, 'day');
}

function unit(amount: number, name: string): string {
  const rounded = amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return `${rounded} ${name}${rounded === 1 ? '' : 's'}`;
}
