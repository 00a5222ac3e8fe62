import { counted, durationWords, joined } from './words.js';

describe('words', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
  ])('join %j', (names, text) => {
    expect(joined(names)).toBe(text);
  });

  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [300, '5 minutes'],
    [5_400, '1 hour 30 minutes'],
    [90_061, '1 day 1 hour 1 minute 1 second'],
  ])('say that %d seconds are %s', (seconds, text) => {
    expect(durationWords(seconds)).toBe(text);
  });

  it('count', () => {
    expect([counted(1, 'rule'), counted(0, 'rule'), counted(2, 'rule')]).toEqual([
      '1 rule',
      '0 rules',
      '2 rules',
    ]);
  });
});
