import fc from 'fast-check';
import { TickPlan } from './ticks.js';

/** Runs a plan on a clock; `jump` answers how far the clock is set at a given tick. */
function run(intervalMs: number, ticks: number, jump: (tick: number) => number, lateMs = () => 0) {
  const plan = new TickPlan(intervalMs);
  const stamps: number[] = [];
  const delays: number[] = [];
  let wall = 1_700_000_000_123;
  for (let tick = 0; tick < ticks; tick += 1) {
    wall += jump(tick);
    const delay = plan.delay(wall);
    delays.push(delay);
    wall += delay + lateMs();
    const stamp = plan.stamp(wall);
    if (stamp !== null) stamps.push(stamp);
  }
  return { stamps, delays };
}

describe('ticks', () => {
  it('are at whole multiples of the interval and do not drift', () => {
    const { stamps } = run(
      5000,
      1000,
      () => 0,
      () => 3,
    );
    expect(stamps[0]).toBe(1_700_000_005_000);
    expect(stamps[999]).toBe(1_700_000_005_000 + 999 * 5000);
    expect(stamps.every((stamp) => stamp % 5000 === 0)).toBe(true);
  });

  it('come once each if the timer fires a little early', () => {
    const plan = new TickPlan(1000);
    expect(plan.stamp(999)).toBe(1000);
    expect(plan.delay(999)).toBe(1001);
    expect(plan.stamp(2000)).toBe(2000);
  });

  it('are stamped with the real time when they are late', () => {
    const plan = new TickPlan(5000);
    expect(plan.stamp(5_090)).toBe(5_000);
    expect(plan.stamp(11_700)).toBe(11_700);
    expect(plan.delay(11_700)).toBe(3_300);
  });

  it('go on at once when the clock jumps ahead', () => {
    const { stamps, delays } = run(1000, 10, (tick) => (tick === 5 ? 7_200_000 : 0));
    expect(Math.max(...delays)).toBeLessThanOrEqual(1000);
    expect(stamps).toHaveLength(10);
  });

  it('go on within two intervals when the clock is set back, with stamps never used before', () => {
    const { stamps, delays } = run(1000, 9000, (tick) => (tick === 8000 ? -7_200_000 : 0));
    expect(Math.max(...delays)).toBeLessThanOrEqual(2000);
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(stamps.length).toBeGreaterThanOrEqual(8998);
  });

  it('pass over a grid point that comes again after a small step back', () => {
    const plan = new TickPlan(1000);
    expect(plan.stamp(5000)).toBe(5000);
    expect(plan.stamp(4700)).toBeNull();
    expect(plan.stamp(6000)).toBe(6000);
  });

  it('never repeat a stamp nor stall, whatever the clock does', () => {
    const jumps = fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        fc.integer({ min: -100_000, max: 100_000 }),
      ),
      { minLength: 50, maxLength: 200 },
    );
    fc.assert(
      fc.property(jumps, fc.constantFrom(100, 1000, 5000), (list, interval) => {
        // Beyond as many jumps back as there are milliseconds in the interval a stamp may recur.
        const { stamps, delays } = run(interval, list.length, (tick) => list[tick] ?? 0);
        return (
          new Set(stamps).size === stamps.length &&
          delays.every((delay) => delay > 0 && delay <= 2 * interval)
        );
      }),
    );
  });
});
