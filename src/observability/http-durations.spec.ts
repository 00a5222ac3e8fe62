import { RouteDurations } from './http-durations.js';

describe('durations of requests', () => {
  const line = (durations: RouteDurations, metricName: string, le?: string | number) =>
    durations
      .values()
      .find((value) => value.metricName?.endsWith(metricName) && value.labels?.le === le)?.value;

  it('are counted in buckets that include the faster ones', () => {
    const durations = new RouteDurations();
    for (const seconds of [0.0005, 0.001, 0.003, 99]) {
      durations.observe('GET', '/x', 200, seconds);
    }
    expect(line(durations, '_bucket', 0.001)).toBe(2);
    expect(line(durations, '_bucket', 0.0025)).toBe(2);
    expect(line(durations, '_bucket', 0.005)).toBe(3);
    expect(line(durations, '_bucket', 10)).toBe(3);
    expect(line(durations, '_bucket', '+Inf')).toBe(4);
    expect(line(durations, '_count')).toBe(4);
    expect(line(durations, '_sum')).toBeCloseTo(99.0045);
  });

  it('are kept apart by route, method and status, up to a bound', () => {
    const durations = new RouteDurations();
    durations.observe('GET', '/x', 200, 1);
    durations.observe('POST', '/x', 200, 1);
    durations.observe('GET', '/x', 404, 1);
    const counts = () => durations.values().filter((value) => value.metricName?.endsWith('_count'));
    expect(counts()).toHaveLength(3);
    for (let index = 0; index < 3_000; index++) {
      durations.observe('GET', `/${index}`, 200, 1);
    }
    expect(counts()).toHaveLength(2_000);
  });
});
