/** Fits any number of tiles on one screen. Pure functions; lengths in pixels. */

/** Tiles of one size in columns and rows. */
export interface TileGrid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}

/** What a tile of a size has room for. */
export type TileDetail = 'full' | 'numbers' | 'name' | 'mark';

/** How wide a tile should be for its height. */
const RATIO = 1.6;

/** The grid with the largest tiles of about that shape; all of it fits into the area. */
export function gridFor(count: number, width: number, height: number): TileGrid {
  let best: TileGrid = { columns: 1, rows: 1, tileWidth: width, tileHeight: height };
  let bestSize = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tileWidth = width / columns;
    const tileHeight = height / rows;
    const size = Math.min(tileWidth / RATIO, tileHeight);
    if (size > bestSize) {
      bestSize = size;
      best = { columns, rows, tileWidth, tileHeight };
    }
  }
  return best;
}

/** A tile that needs attention takes as much room as so many others. */
const WEIGHT = 5;
/** Neither part of the wall takes more of it than this. */
const MOST = 0.75;

/** The two parts of the wall. */
export interface WallLayout {
  /** Those that need attention, above. */
  large: TileGrid;
  /** The others, below. */
  small: TileGrid;
  /** Heights of the parts; 0 for one without tiles. */
  largeHeight: number;
  smallHeight: number;
  /** So many need attention that their tiles would be no larger: `large` has room for all machines. */
  together: boolean;
}

/** Divides the screen between machines that need attention and the others. */
export function wallLayout(
  { large, small }: { large: number; small: number },
  width: number,
  height: number,
): WallLayout {
  const share = shareOf(large, small);
  const largeHeight = Math.round(height * share);
  const smallHeight = height - largeHeight;
  const divided = {
    large: gridFor(large, width, largeHeight),
    small: gridFor(small, width, smallHeight),
    largeHeight,
    smallHeight,
    together: false,
  };
  if (large === 0 || small === 0 || divided.large.tileHeight > divided.small.tileHeight) {
    return divided;
  }
  const all = gridFor(large + small, width, height);
  return { ...divided, large: all, largeHeight: height, smallHeight: 0, together: true };
}

function shareOf(large: number, small: number): number {
  if (large === 0) return 0;
  if (small === 0) return 1;
  const share = (WEIGHT * large) / (WEIGHT * large + small);
  return Math.min(MOST, Math.max(1 - MOST, share));
}

/** What fits into a tile; text smaller than that cannot be read from a chair. */
export function detailOf({ tileWidth, tileHeight }: TileGrid): TileDetail {
  if (tileWidth >= 190 && tileHeight >= 112) return 'full';
  if (tileWidth >= 76 && tileHeight >= 42) return 'numbers';
  if (tileWidth >= 44 && tileHeight >= 20) return 'name';
  return 'mark';
}

/** The size of a tile's text. */
export function fontSizeOf(grid: TileGrid): number {
  const size = Math.min(grid.tileWidth / RATIO, grid.tileHeight);
  const share = { full: 7.2, numbers: 4.9, name: 2.9, mark: 1.6 }[detailOf(grid)];
  return Math.round(Math.min(96, Math.max(9, size / share)) * 2) / 2;
}
