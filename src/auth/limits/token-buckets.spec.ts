import { TokenBuckets } from './token-buckets.js';

describe('token buckets', () => {
  it('let a burst through, then so many a second', () => {
    const buckets = new TokenBuckets(3, 2);
    expect([0, 0, 0, 0].map(() => buckets.take('a', 1_000))).toEqual([0, 0, 0, 0.5]);
    expect(buckets.take('a', 1_499)).toBeCloseTo(0.001);
    expect(buckets.take('a', 1_500)).toBe(0);
    expect(buckets.take('a', 1_500)).toBe(0.5);
  });

  it('count each key apart', () => {
    const buckets = new TokenBuckets(1, 1);
    expect(buckets.take('a', 0)).toBe(0);
    expect(buckets.take('b', 0)).toBe(0);
    expect(buckets.take('a', 0)).toBe(1);
  });

  it('never hold more than their burst', () => {
    const buckets = new TokenBuckets(2, 1);
    buckets.take('a', 0);
    expect([0, 0, 0].map(() => buckets.take('a', 3_600_000))).toEqual([0, 0, 1]);
  });

  it('take nothing where only the wait is asked for', () => {
    const buckets = new TokenBuckets(1, 1);
    expect(buckets.wait('a', 0)).toBe(0);
    expect(buckets.wait('a', 0)).toBe(0);
    expect(buckets.take('a', 0)).toBe(0);
  });

  it('survive a clock that goes back', () => {
    const buckets = new TokenBuckets(1, 1);
    buckets.take('a', 10_000);
    expect(buckets.take('a', 0)).toBe(1);
    expect(buckets.take('a', 1_000)).toBe(0);
  });
});
