/** Restarts, gaps and alerts on the time axis. */
import type { Alert } from '../../../src/contracts/index.js';
import type { Timeline } from '../shared/charts/timeline.js';
import {
  alertMark,
  eventsIn,
  gapsOf,
  historyMarks,
  knownTimes,
  restartsOf,
} from './history-marks.js';

const timeline = (
  timestamp: number[],
  columns: { [name: string]: (number | null)[] },
): Timeline => ({ timestamp, columns });

const at = (...seconds: number[]) => seconds.map((second) => second * 1000);

describe('restarts', () => {
  it('are where the uptime falls, at the time that the new uptime tells', () => {
    const uptime = [100, 110, 4, 14];
    expect(restartsOf(timeline(at(1000, 1010, 1030, 1040), { uptime }))).toEqual(at(1026));
  });

  it('are found across a gap and never before the last value that preceded them', () => {
    const uptime = [5000, null, null, 4000];
    expect(restartsOf(timeline(at(1000, 2000, 3000, 4000), { uptime }))).toEqual(at(1000));
  });

  it('are found in averages by their lowest value, once', () => {
    const columns = { uptime: [7200, 6000, 2400], uptime_min: [5400, 5, 605] };
    expect(restartsOf(timeline(at(3600, 7200, 10_800), columns))).toEqual(at(10_195));
    const last = { uptime: [7200, 6000], uptime_min: [5400, 5] };
    expect(restartsOf(timeline(at(3600, 7200), last))).toEqual(at(7195));
  });

  it('are not taken from a clock that was set or from values that are missing', () => {
    const uptime = [100, 98, null, 99];
    expect(restartsOf(timeline(at(1, 2, 3, 4), { uptime }))).toEqual([]);
    expect(restartsOf(timeline(at(1, 2), { cpu: [1, 2] }))).toEqual([]);
  });
});

describe('gaps', () => {
  it('lie between values further apart than allowed', () => {
    const columns = { cpu: [1, null, null, 4, 5], ram: [null, 2, null, null, 5] };
    expect(gapsOf(timeline(at(0, 5, 10, 30, 35), columns), 15_000)).toEqual([
      { from: 5_000, to: 30_000 },
    ]);
  });

  it('are named by their length', () => {
    const marks = historyMarks({ restarts: [], gaps: [{ from: 0, to: 90_000 }] });
    expect(marks).toEqual([
      { kind: 'gap', from: 0, to: 90_000, label: 'Nothing received for 1m 30s' },
    ]);
  });
});

describe('what happened in a range', () => {
  it('leaves out what lies before or after it', () => {
    const gaps = [
      { from: 0, to: 10 },
      { from: 15, to: 25 },
      { from: 30, to: 40 },
    ];
    expect(eventsIn({ restarts: [19, 20, 30, 31], gaps }, 20, 30)).toEqual({
      restarts: [20, 30],
      gaps: [{ from: 15, to: 25 }],
    });
  });
});

describe('known times', () => {
  it('are the first and the last with a value', () => {
    const columns = { cpu: [null, 1, null, null], ram: [null, null, 2, null] };
    expect(knownTimes(timeline(at(0, 5, 10, 15), columns))).toEqual({ first: 5_000, last: 10_000 });
    expect(knownTimes(timeline(at(0), { cpu: [null] }))).toBeNull();
  });
});

describe('the mark of an alert', () => {
  const alert = {
    rule_name: 'CPU high',
    metric: 'cpu',
    device: null,
    severity: 'critical',
    fired_at: '2026-01-01T00:00:00.000Z',
    resolved_at: '2026-01-01T00:02:00.000Z',
    duration_seconds: 120,
  } as Alert;
  const fired = Date.parse('2026-01-01T00:00:00.000Z');

  it('lasts from its firing to its end', () => {
    expect(alertMark(alert)).toEqual({
      kind: 'alert',
      severity: 'critical',
      from: fired,
      to: fired + 120_000,
      label: 'CPU high: CPU, 2m',
    });
  });

  it('has no end while it fires, and does not exist before', () => {
    expect(alertMark({ ...alert, resolved_at: null })).toMatchObject({
      to: null,
      label: 'CPU high: CPU, still firing',
    });
    expect(alertMark({ ...alert, fired_at: null })).toBeNull();
  });
});
