/** When a machine was there. */
import { type HistoryFacts, presenceSpans, presenceText } from './presence-spans.js';

const facts = (change: Partial<HistoryFacts> = {}): HistoryFacts => ({
  known: { first: 0, last: 100 },
  gaps: [],
  restarts: [],
  maxGapMs: 6,
  stoppedAt: null,
  ...change,
});
const spans = (change: Partial<HistoryFacts>) =>
  presenceSpans(facts(change), 0, 100).map(({ presence, from, to }) => [presence, from, to]);

describe('presence in a range', () => {
  it('is all online without gaps', () => {
    expect(spans({})).toEqual([['online', 0, 100]]);
    expect(spans({ known: { first: 4, last: 96 } })).toEqual([['online', 0, 100]]);
  });

  it('tells a machine that was off from one that was silent', () => {
    const gaps = [
      { from: 10, to: 20 },
      { from: 50, to: 70 },
    ];
    expect(spans({ gaps, restarts: [23, 71] })).toEqual([
      ['online', 0, 10],
      ['silent', 10, 20],
      ['online', 20, 50],
      ['off', 50, 70],
      ['online', 70, 100],
    ]);
  });

  it('is unknown before the first sample, and silent or off after the last', () => {
    const known = { first: 30, last: 80 };
    expect(spans({ known })).toEqual([
      ['unknown', 0, 30],
      ['online', 30, 80],
      ['silent', 80, 100],
    ]);
    expect(spans({ known, stoppedAt: 81 }).at(-1)).toEqual(['off', 80, 100]);
  });

  it('was silent, not off, if the machine stopped only after the silence', () => {
    const known = { first: 0, last: 80 };
    expect(spans({ known, stoppedAt: 95 }).at(-1)).toEqual(['silent', 80, 100]);
    expect(spans({ known, stoppedAt: 5_000 }).at(-1)).toEqual(['silent', 80, 100]);
  });

  it('is unknown where there is nothing, and off after the machine stopped', () => {
    expect(spans({ known: null })).toEqual([['unknown', 0, 100]]);
    expect(spans({ known: null, stoppedAt: 5_000 })).toEqual([['unknown', 0, 100]]);
    expect(spans({ known: null, stoppedAt: -10 })).toEqual([['off', 0, 100]]);
    expect(spans({ known: null, stoppedAt: 40 })).toEqual([
      ['unknown', 0, 40],
      ['off', 40, 100],
    ]);
  });

  it('is summed up in words, and never rounded up to all of the time', () => {
    const gaps = [{ from: 99.99, to: 100 }];
    expect(presenceText(presenceSpans(facts({ gaps }), 0, 100), 0)).toBe(
      'Online 99.9%, silent for 0s',
    );
    expect(presenceText(presenceSpans(facts(), 0, 100), 1)).toBe('Online 100%, 1 restart');
    expect(presenceText(presenceSpans(facts({ known: null }), 0, 100), 0)).toBe(
      'Nothing is known of this time',
    );
  });
});
