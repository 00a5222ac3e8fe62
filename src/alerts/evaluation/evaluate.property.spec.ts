import fc from 'fast-check';
import { evaluate } from './evaluate.js';
import {
  type Condition,
  okState,
  type Reading,
  type SeriesState,
  type Transition,
} from './series.js';

const START = 1_800_000_000_000;

const conditions: fc.Arbitrary<Condition> = fc
  .record({
    operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    threshold: fc.integer({ min: 3, max: 7 }),
    gap: fc.integer({ min: 0, max: 2 }),
    forMs: fc.constantFrom(0, 1_000, 5_000, 30_000),
    clearForMs: fc.constantFrom(0, 1_000, 10_000),
    missingData: fc.constantFrom('keep', 'resolve', 'fire'),
    missingAfterMs: fc.constantFrom(4_000, 20_000, 60_000),
  })
  .map(({ gap, ...rest }) => ({
    ...rest,
    clearThreshold: rest.operator.startsWith('g') ? rest.threshold - gap : rest.threshold + gap,
  })) as fc.Arbitrary<Condition>;

/** What arrives in one round: readings in any order, some of them twice or late, and the clock. */
const rounds = fc.array(
  fc.record({
    advance: fc.integer({ min: -30_000, max: 60_000 }),
    readings: fc.array(
      fc.record({
        ago: fc.integer({ min: -5_000, max: 200_000 }),
        value: fc.option(fc.integer({ min: 0, max: 10 })),
      }),
      { maxLength: 6 },
    ),
  }),
  { maxLength: 30 },
);

type Rounds = { advance: number; readings: { ago: number; value: number | null }[] }[];

function play(
  condition: Condition,
  script: Rounds,
  between: (state: SeriesState) => SeriesState,
  repeat = false,
): { transitions: Transition[]; state: SeriesState } {
  let state: SeriesState = okState(null);
  let now = START;
  const transitions: Transition[] = [];
  for (const { advance, readings } of script) {
    now += advance;
    const arrived: Reading[] = readings.map(({ ago, value }) => ({ timestamp: now - ago, value }));
    for (let times = repeat ? 2 : 1; times > 0; times--) {
      const result = evaluate(condition, between(state), arrived, now);
      state = result.state;
      transitions.push(...result.transitions);
    }
  }
  return { transitions, state };
}

const same = (state: SeriesState) => state;
const restarted = (state: SeriesState) => JSON.parse(JSON.stringify(state)) as SeriesState;

describe('alert evaluation, whatever comes', () => {
  it('never opens an alert that is open, and never ends one that is not', () => {
    fc.assert(
      fc.property(conditions, rounds, (condition, script) => {
        let phase: 'ok' | 'pending' | 'firing' = 'ok';
        const allowed = {
          pending: ['ok', 'pending'],
          dropped: ['pending', 'ok'],
          fired: ['pending', 'firing'],
          resolved: ['firing', 'ok'],
        } as const;
        const { transitions, state } = play(condition, script, same);
        for (const { type } of transitions) {
          const [from, to] = allowed[type];
          expect(phase).toBe(from);
          phase = to;
        }
        expect(state.phase).toBe(phase);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same after a restart at every step', () => {
    fc.assert(
      fc.property(conditions, rounds, (condition, script) => {
        expect(play(condition, script, restarted)).toEqual(play(condition, script, same));
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing when the same arrives twice', () => {
    fc.assert(
      fc.property(conditions, rounds, (condition, script) => {
        expect(play(condition, script, same, true)).toEqual(play(condition, script, same));
      }),
      { numRuns: 300 },
    );
  });

  it('fires only on values that held for the duration, without a silence in between', () => {
    fc.assert(
      fc.property(
        conditions.filter(({ missingData }) => missingData !== 'fire'),
        rounds,
        (condition, script) => {
          for (const transition of play(condition, script, same).transitions) {
            if (transition.type === 'fired') {
              const { since, first } = transition.open;
              expect(transition.at - since).toBeGreaterThanOrEqual(condition.forMs);
              expect(first).not.toBeNull();
            }
          }
        },
      ),
    );
  });
});
