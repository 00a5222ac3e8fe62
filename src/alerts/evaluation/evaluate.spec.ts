import { evaluate, LATE_MS } from './evaluate.js';
import { type Condition, okState, type Reading, type SeriesState } from './series.js';

const S = 1_000;
const START = 1_800_000_000_000;

/** Above 90 for 30 s; clear below 80 for 20 s; silence of a minute is missing data. */
function condition(changes: Partial<Condition> = {}): Condition {
  return {
    operator: 'gt',
    threshold: 90,
    forMs: 30 * S,
    clearThreshold: 80,
    clearForMs: 20 * S,
    missingData: 'keep',
    missingAfterMs: 60 * S,
    ...changes,
  };
}

/** One value every ten seconds; `undefined` is a sample that never came. */
function every10s(...values: (number | null | undefined)[]): Reading[] {
  return values.flatMap((value, index) =>
    value === undefined ? [] : [{ timestamp: START + index * 10 * S, value }],
  );
}

function run(rule: Condition, readings: readonly Reading[], now?: number, state?: SeriesState) {
  const last = Math.max(START, ...readings.map(({ timestamp }) => timestamp));
  return evaluate(rule, state ?? okState(null), readings, now ?? last);
}

/** Transitions as `type@seconds`. */
function said(rule: Condition, readings: readonly Reading[], now?: number): string[] {
  return run(rule, readings, now).transitions.map(({ type, at }) => `${type}@${(at - START) / S}`);
}

describe('alert evaluation', () => {
  it.each([
    ['stays well below the threshold', [10, 50, 90], []],
    ['waits for its duration', [95, 95, 95], ['pending@0']],
    ['fires when the duration is over', [95, 95, 95, 95], ['pending@0', 'fired@30']],
    ['forgets what did not last', [95, 95, 85, 95], ['pending@0', 'dropped@20', 'pending@30']],
    [
      'does not flap around the threshold',
      [95, 95, 95, 95, 89, 91, 89, 85, 81],
      ['pending@0', 'fired@30'],
    ],
    [
      'clears only below the clear threshold, for long enough',
      [95, 95, 95, 95, 70, 85, 70, 70, 70],
      ['pending@0', 'fired@30', 'resolved@80'],
    ],
    ['takes unknown for nothing', [95, null, 95, 95], ['pending@0', 'fired@30']],
  ] as [string, (number | null)[], string[]][])('%s', (_, values, expected) => {
    expect(said(condition(), every10s(...values))).toEqual(expected);
  });

  it.each([
    ['gt', 90, false],
    ['gte', 90, true],
    ['lt', 90, false],
    ['lte', 90, true],
  ] as const)('%s at exactly the threshold: %s %s', (operator, value, fires) => {
    const rule = condition({ operator, forMs: 0, clearThreshold: 90, clearForMs: 0 });
    expect(said(rule, every10s(value))).toEqual(fires ? ['pending@0', 'fired@0'] : []);
    const opposite = operator.startsWith('g') ? 99 : 1;
    expect(said(rule, every10s(opposite, value)).at(-1)).toBe(fires ? 'fired@0' : 'resolved@10');
  });

  it('remembers the first, the last and the peak value', () => {
    const { state } = run(condition(), every10s(95, 99, 92, 91));
    expect(state).toMatchObject({ phase: 'firing', first: 95, last: 91, peak: 99 });
    const below = condition({ operator: 'lt', threshold: 10, clearThreshold: 10, forMs: 0 });
    expect(run(below, every10s(9, 2, 5)).state).toMatchObject({ first: 9, last: 5, peak: 2 });
  });

  it('counts no reading twice and none that is older than the last', () => {
    const readings = every10s(95, 95, 95, 95);
    const once = run(condition(), readings);
    const again = run(condition(), [...readings, ...readings.slice(0, 2)], undefined, once.state);
    expect(again.transitions).toEqual([]);
    expect(again.state).toEqual(once.state);
    expect(said(condition(), [...readings].reverse())).toEqual(['pending@0', 'fired@30']);
  });

  it('opens nothing for readings that arrive late, but goes on from them', () => {
    const late = START + 30 * S + LATE_MS + 1;
    const rule = condition({ missingAfterMs: 10 * LATE_MS });
    const first = run(rule, every10s(95, 95, 95, 95), late);
    expect(first.transitions.map(({ type }) => type)).toEqual(['pending']);
    const fresh = run(rule, [{ timestamp: late, value: 95 }], late, first.state);
    expect(fresh.transitions).toMatchObject([{ type: 'fired', at: late }]);
  });

  it('survives clocks that jump back: of the server and of the machine', () => {
    const { state } = run(condition(), every10s(95, 95, 95, 95));
    expect(run(condition(), [], START - 3_600 * S, state).transitions).toEqual([]);
    const behind = [{ timestamp: START - 3_600 * S, value: 10 }];
    expect(run(condition(), behind, START - 3_600 * S, state)).toMatchObject({ transitions: [] });
  });

  describe('silence', () => {
    const fired = every10s(95, 95, 95, 95);
    const much = START + 30 * S + 61 * S;

    it('does not prove that a condition held', () => {
      const gap = every10s(95, 95, ...Array<undefined>(7), 95, 95);
      expect(said(condition(), gap)).toEqual(['pending@0', 'dropped@70', 'pending@90']);
    });

    it('keeps an alert firing with keep', () => {
      expect(said(condition(), fired, much)).toEqual(['pending@0', 'fired@30']);
    });

    it('ends an alert with resolve, and fires again with the data', () => {
      const rule = condition({ missingData: 'resolve' });
      expect(run(rule, fired, much).transitions.at(-1)).toMatchObject({
        type: 'resolved',
        reason: 'no_data',
        at: START + 90 * S,
      });
    });

    it('opens an alert with fire, once, and ends it with the data', () => {
      const rule = condition({ missingData: 'fire', clearForMs: 0 });
      const well = every10s(10);
      expect(said(rule, well, START + 60 * S)).toEqual([]);
      const silent = run(rule, well, START + 91 * S);
      expect(silent.transitions.map(({ type }) => type)).toEqual(['pending', 'fired']);
      const later = run(rule, [], START + 500 * S, silent.state);
      expect(later.transitions).toEqual([]);
      const back = [{ timestamp: START + 510 * S, value: 10 }];
      expect(run(rule, back, START + 510 * S, later.state).transitions).toMatchObject([
        { type: 'resolved', reason: 'recovered' },
      ]);
    });
  });
});
