/** A set of integers stored as ranges: the samples that are settled. */

/** Both ends are inclusive. */
export type Range = [from: number, to: number];

/** Contains every number below `base`, and the ranges above it. */
export class RangeSet {
  private ranges: Range[] = [];

  constructor(private floor = 1) {}

  /** The lowest number that is not in the set. */
  get base(): number {
    return this.floor;
  }

  has(value: number): boolean {
    return value < this.floor || this.ranges.some(([from, to]) => value >= from && value <= to);
  }

  /** Adds all numbers from `from` to `to`, inclusive. */
  add(from: number, to: number): void {
    if (to < from || to < this.floor) return;
    let low = from;
    let high = to;
    const kept: Range[] = [];
    for (const range of this.ranges) {
      if (range[1] < low - 1 || range[0] > high + 1) {
        kept.push(range);
      } else {
        low = Math.min(low, range[0]);
        high = Math.max(high, range[1]);
      }
    }
    if (low <= this.floor) this.floor = high + 1;
    else kept.push([low, high]);
    kept.sort((a, b) => a[0] - b[0]);
    this.ranges = kept;
  }

  /** How many of the numbers from `from` to `to`, inclusive, are in the set. */
  count(from: number, to: number): number {
    if (to < from) return 0;
    let count = Math.max(0, Math.min(to, this.floor - 1) - from + 1);
    for (const [low, high] of this.ranges) {
      count += Math.max(0, Math.min(to, high) - Math.max(from, low) + 1);
    }
    return count;
  }

  /** The ranges above the base, in order. */
  toJSON(): Range[] {
    return this.ranges.map(([from, to]) => [from, to]);
  }
}
