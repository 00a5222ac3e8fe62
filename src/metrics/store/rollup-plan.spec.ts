import { bucketStart, closedMinute, forwardStep } from './rollup-plan.js';
import { initialState } from './state.js';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-05-01T12:00:00Z');

describe('roll-up plan', () => {
  it('closes a minute a quarter of a minute after its end', () => {
    expect(closedMinute(NOON + 14_999)).toBe(NOON - 60_000);
    expect(closedMinute(NOON + 15_000)).toBe(NOON);
  });

  it('finds the bucket of a time', () => {
    expect(bucketStart('1m', NOON + 59_999)).toBe(NOON);
    expect(bucketStart('1h', NOON - 1)).toBe(NOON - HOUR);
  });

  it('has nothing to do for a new store', () => {
    expect(forwardStep('1m', initialState(NOON))).toBeNull();
    expect(forwardStep('1h', initialState(NOON))).toBeNull();
  });

  it('goes forward in bounded steps', () => {
    const state = { ...initialState(NOON), '1m.closed': NOON + 7 * 60_000 };
    expect(forwardStep('1m', state)).toEqual({
      from: NOON,
      to: NOON + 5 * 60_000,
      complete: NOON + 7 * 60_000,
    });
  });

  it('takes an hour only when all of its minutes are rolled up', () => {
    const state = { ...initialState(NOON), '1m.rolled': NOON + HOUR - 60_000 };
    expect(forwardStep('1h', state)).toBeNull();
    expect(forwardStep('1h', { ...state, '1m.rolled': NOON + HOUR })).toMatchObject({
      from: NOON,
      to: NOON + HOUR,
    });
  });
});
