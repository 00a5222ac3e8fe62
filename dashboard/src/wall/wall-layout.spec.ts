/** Whether everything fits on one screen. */
import { detailOf, gridFor, wallLayout } from './wall-layout.js';

const SCREENS = [
  [1920, 1040],
  [3840, 2100],
  [1280, 720],
  [390, 780],
] as const;

describe('the wall', () => {
  it.each([1, 2, 3, 12, 60, 300, 1_000])('has room for %i machines on every screen', (count) => {
    for (const [width, height] of SCREENS) {
      const { columns, rows, tileWidth, tileHeight } = gridFor(count, width, height);
      expect(columns * rows).toBeGreaterThanOrEqual(count);
      expect(columns * tileWidth).toBeLessThanOrEqual(width + 0.001);
      expect(rows * tileHeight).toBeLessThanOrEqual(height + 0.001);
    }
  });

  it('shows more of each machine, the fewer there are', () => {
    const details = [1, 12, 60, 300, 1_000, 5_000].map((count) =>
      detailOf(gridFor(count, 1920, 1040)),
    );
    expect(details).toEqual(['full', 'full', 'full', 'numbers', 'name', 'mark']);
  });

  it('shows machines that need attention larger than the others', () => {
    for (const [large, small] of [
      [1, 59],
      [3, 297],
      [10, 990],
    ] as const) {
      const layout = wallLayout({ large, small }, 1920, 1040);
      expect(layout.largeHeight + layout.smallHeight).toBe(1040);
      expect(layout.large.tileHeight).toBeGreaterThan(1.5 * layout.small.tileHeight);
    }
  });

  it('shows all in one size where most need attention', () => {
    const { together, large, largeHeight, smallHeight } = wallLayout(
      { large: 960, small: 40 },
      1920,
      1040,
    );
    expect(together).toBe(true);
    expect(large.columns * large.rows).toBeGreaterThanOrEqual(1_000);
    expect([largeHeight, smallHeight]).toEqual([1040, 0]);
  });

  it('gives the whole screen to one kind', () => {
    expect(wallLayout({ large: 0, small: 5 }, 100, 100).smallHeight).toBe(100);
    expect(wallLayout({ large: 5, small: 0 }, 100, 100).largeHeight).toBe(100);
  });
});
