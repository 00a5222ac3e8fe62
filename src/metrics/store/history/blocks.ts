/** Blocks: how long their time is, and their tables. */
import type { Tier } from '../../../contracts/index.js';

/** Sizes of blocks: small ones while more is to come, and large ones of what is complete. */
export const BLOCK_SIZES = ['small', 'large'] as const;
export type BlockSize = (typeof BLOCK_SIZES)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the time is that a block covers, in milliseconds, counted from the epoch; small ones fill a large one. */
export const BLOCK_MS: Record<Tier, Record<BlockSize, number>> = {
  raw: { small: 6 * HOUR_MS, large: DAY_MS },
  '1m': { small: 6 * HOUR_MS, large: DAY_MS },
  '1h': { small: 9 * DAY_MS, large: 90 * DAY_MS },
};

/**
 * Tables of blocks. Small ones have tables of their own, which are emptied once their time is in large ones:
 * rows that come and go would leave holes in what is kept for long.
 */
export const BLOCK_TABLES = {
  raw: { small: 'raw_hour_blocks', large: 'raw_blocks' },
  '1m': { small: 'minute_hour_blocks', large: 'minute_blocks' },
  '1h': { small: 'hour_day_blocks', large: 'hour_blocks' },
} as const satisfies Record<Tier, Record<BlockSize, string>>;

/** The names of all of them. */
export const ALL_BLOCK_TABLES = Object.values(BLOCK_TABLES).flatMap((tables) =>
  Object.values(tables),
);

/** The start of the block of a size that holds `time`. */
export function blockStart(tier: Tier, size: BlockSize, time: number): number {
  const width = BLOCK_MS[tier][size];
  return Math.floor(time / width) * width;
}
