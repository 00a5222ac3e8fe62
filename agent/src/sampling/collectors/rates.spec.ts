import fc from 'fast-check';
import { RateTracker, ratePerSecond, sumRates } from './rates.js';

describe('a rate', () => {
  it('is growth per second of monotonic time', () => {
    expect(ratePerSecond(100, 400, 1500)).toEqual({ value: 200 });
  });

  it.each([
    ['the counter was reset or wrapped around', 4294967290, 10, 1000],
    ['no time passed', 1, 2, 0],
    ['the clock went back', 1, 2, -5000],
    ['a counter is unreadable', Number.NaN, 2, 1000],
  ])('is unknown if %s', (_, before, after, elapsed) => {
    expect(ratePerSecond(before, after, elapsed).value).toBeNull();
  });

  it('is never negative nor infinite', () => {
    const number = fc.double({ min: 0, max: 2 ** 64, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double(), (before, after, elapsed) => {
        const { value } = ratePerSecond(before, after, elapsed);
        return value === null || (value >= 0 && Number.isFinite(value));
      }),
    );
  });
});

describe('the rates of devices', () => {
  const at = (tracker: RateTracker<'n'>, nowMs: number, devices: Record<string, number>) => {
    const counters = new Map(Object.entries(devices).map(([name, n]) => [name, { n }]));
    return Object.fromEntries(
      [...tracker.update(counters, nowMs)].map(([name, { n }]) => [name, n.value]),
    );
  };

  it('begin with the second reading of each', () => {
    const tracker = new RateTracker<'n'>();
    expect(at(tracker, 0, { a: 5 })).toEqual({ a: null });
    expect(at(tracker, 1000, { a: 7, b: 1_000_000 })).toEqual({ a: 2, b: null });
    expect(at(tracker, 2000, { a: 7, b: 1_000_010 })).toEqual({ a: 0, b: 10 });
  });

  it('forget a device that went away', () => {
    const tracker = new RateTracker<'n'>();
    at(tracker, 0, { a: 5 });
    at(tracker, 1000, {});
    expect(at(tracker, 2000, { a: 9 })).toEqual({ a: null });
  });

  it('start anew after a long gap and after a clock that went back', () => {
    const tracker = new RateTracker<'n'>();
    at(tracker, 0, { a: 5 });
    expect(at(tracker, 3_600_000, { a: 9 })).toEqual({ a: null });
    expect(at(tracker, 1000, { a: 10 })).toEqual({ a: null });
    expect(at(tracker, 2000, { a: 12 })).toEqual({ a: 2 });
  });

  it('keep their base when read twice at once', () => {
    const tracker = new RateTracker<'n'>();
    at(tracker, 0, { a: 0 });
    expect(at(tracker, 5, { a: 100 })).toEqual({ a: null });
    expect(at(tracker, 1000, { a: 200 })).toEqual({ a: 200 });
  });

  it('add up those that are known', () => {
    expect(sumRates([{ value: 2 }, { value: null, reason: 'x' }, { value: 3 }], '-')).toEqual({
      value: 5,
    });
    expect(sumRates([{ value: null, reason: 'x' }], '-')).toEqual({ value: null, reason: 'x' });
    expect(sumRates([], 'none')).toEqual({ value: null, reason: 'none' });
  });
});
