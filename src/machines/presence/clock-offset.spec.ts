import { clockOffsetSeconds } from './clock-offset.js';

const NOW = 1_800_000_000_000;

describe("the offset of a machine's clock", () => {
  it.each([
    [NOW, null],
    [NOW - 64_000, null],
    [NOW + 64_000, null],
    [NOW - 66_000, -66],
    [NOW + 240_400, 240],
  ])('stamped %d it is %s', (latestAt, expected) => {
    expect(clockOffsetSeconds(latestAt, NOW, 5)).toBe(expected);
  });

  it('is unknown before the first sample', () => {
    expect(clockOffsetSeconds(null, null, 5)).toBeNull();
  });
});
