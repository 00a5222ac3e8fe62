/** Where marks lie on the time axis. */
import { type ChartMark, placeMarks } from './chart-marks.js';

const mark = (from: number, to: number | null, more: Partial<ChartMark> = {}): ChartMark => ({
  kind: 'alert',
  from,
  to,
  label: `from ${from}`,
  ...more,
});

const places = (marks: ChartMark[], widthPx = 1_000) =>
  placeMarks(marks, 100, 200, widthPx).map(({ label, left, width }) => [label, left, width]);

describe('marks of a chart', () => {
  it('are cut at the ends of the chart and left out beyond', () => {
    const marks = [mark(0, 99), mark(90, 110), mark(150, 150), mark(190, 300), mark(201, null)];
    expect(places(marks)).toEqual([
      ['from 90', 0, 0.1],
      ['from 150', 0.5, 0],
      ['from 190', 0.9, 0.1],
    ]);
  });

  it('last to the end of the chart while they have no end', () => {
    expect(places([mark(150, null)])).toEqual([['from 150', 0.5, 0.5]]);
  });

  it('become one where they could not be told apart', () => {
    const marks = [mark(110, 110), mark(120, 120), mark(110.2, 110.2), mark(110.5, 110.6)];
    expect(places(marks)).toEqual([
      ['from 110, and 2 more', 0.1, expect.closeTo(0.006)],
      ['from 120', 0.2, 0],
    ]);
    expect(places(marks, 10_000)).toHaveLength(4);
  });

  it('of different kinds, severities or that are selected stay apart', () => {
    const marks = [
      mark(110, 110),
      mark(110, 110, { kind: 'restart' }),
      mark(110, 110, { severity: 'critical' }),
      mark(110, 110, { selected: true }),
    ];
    expect(places(marks)).toHaveLength(4);
  });

  it('have no place in a chart without length', () => {
    expect(placeMarks([mark(1, 2)], 5, 5, 100)).toEqual([]);
  });
});
