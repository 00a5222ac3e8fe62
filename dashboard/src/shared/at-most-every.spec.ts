/** Actions that are called often and run seldom. */
import { atMostEvery } from './at-most-every.js';

describe('at most every', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs at once, then waits, and loses no last call', () => {
    let runs = 0;
    const call = atMostEvery(1000, () => {
      runs += 1;
    });
    call();
    call();
    jest.advanceTimersByTime(0);
    expect(runs).toBe(1);
    call();
    jest.advanceTimersByTime(999);
    expect(runs).toBe(1);
    jest.advanceTimersByTime(1);
    expect(runs).toBe(2);
    jest.advanceTimersByTime(5000);
    expect(runs).toBe(2);
  });
});
