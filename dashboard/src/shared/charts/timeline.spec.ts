/** Columns for charts. */
import type { StoredSample } from '../../../../src/contracts/index.js';
import { sampleOf as sample } from '../fixtures/machines.js';
import {
  between,
  hasValues,
  indexFrom,
  isolatedIndexes,
  pushSample,
  startingAt,
  type Timeline,
  timelineOf,
  withGaps,
  withLive,
} from './timeline.js';

const line = (timestamp: number[], cpu: (number | null)[]): Timeline => ({
  timestamp,
  columns: { cpu },
});

describe('timeline', () => {
  it('finds the first time in range', () => {
    expect([0, 5, 10, 11, 99].map((from) => indexFrom([5, 10, 10, 20], from))).toEqual([
      0, 0, 1, 3, 4,
    ]);
  });

  it('appends live samples behind the history and cuts what has left the window', () => {
    const history = timelineOf({ timestamp: [1000, 2000, 3000], cpu: [1, 2, 3] });
    const samples = [sample(3000, { cpu: 9 }), sample(4000, { cpu: 4, ram: 40 })];
    expect(withLive(history, samples, ['cpu', 'ram'], 2000)).toEqual({
      timestamp: [2000, 3000, 4000],
      columns: { cpu: [2, 3, 4], ram: [null, null, 40] },
    });
  });

  it('works from live samples alone', () => {
    const empty = timelineOf({ timestamp: [] });
    expect(withLive(empty, [sample(1000, { cpu: 1 }), sample(2000)], ['cpu'], 1500)).toEqual({
      timestamp: [2000],
      columns: { cpu: [null] },
    });
  });

  it('starts with the row before the range, from which a line leads into it', () => {
    const whole = line([0, 5, 10, 15], [1, 2, 3, 4]);
    expect(startingAt(whole, 7)).toEqual(line([5, 10, 15], [2, 3, 4]));
    expect(startingAt(whole, 0)).toEqual(whole);
    expect(startingAt(whole, 16)).toEqual(line([], []));
  });

  it('is cut to a range', () => {
    const whole = line([0, 5, 10, 15], [1, 2, 3, 4]);
    expect(between(whole, 5, 12)).toEqual(line([5, 10], [2, 3]));
    expect(between(whole, 20, 30)).toEqual(line([], []));
    expect(between(whole, -9, -1)).toEqual(line([], []));
  });

  it('keeps live samples in order, once, and bounded', () => {
    let samples: readonly StoredSample[] = [];
    for (const time of [1000, 3000, 2000, 3000, 4000, 5000]) {
      samples = pushSample(samples, sample(time), 3);
    }
    expect(samples.map(({ timestamp }) => Date.parse(timestamp))).toEqual([3000, 4000, 5000]);
  });
});

describe('gaps', () => {
  it('joins rows around one that came late', () => {
    expect(withGaps(line([0, 5, 10], [1, null, 3]), 15)).toEqual(line([0, 10], [1, 3]));
  });

  it('keeps one empty row where nothing came for long', () => {
    const received = line([0, 5, 10, 15, 20, 25], [1, null, null, null, null, 6]);
    expect(withGaps(received, 15)).toEqual(line([0, 13, 25], [1, null, 6]));
  });

  it('marks silence between live samples, where no row stood at all', () => {
    expect(withGaps(line([0, 100], [1, 2]), 15)).toEqual(line([0, 50, 100], [1, null, 2]));
  });

  it('leaves a value alone that is missing beside others', () => {
    const timeline = { timestamp: [0, 5, 10], columns: { cpu: [1, 2, 3], gpu: [1, null, 3] } };
    expect(withGaps(timeline, 15)).toEqual(timeline);
  });

  it('finds the values that no line would show', () => {
    expect(isolatedIndexes([1, null, 2, 3, null, 4, null])).toEqual([0, 5]);
    expect(isolatedIndexes([7])).toEqual([0]);
    expect(isolatedIndexes([])).toEqual([]);
  });

  it('knows which columns hold anything', () => {
    const timeline = { timestamp: [0], columns: { cpu: [0], gpu: [null] } };
    expect(['cpu', 'gpu', 'ram'].map((name) => hasValues(timeline, name))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
