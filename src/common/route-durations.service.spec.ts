import { RouteDurationsService } from './route-durations.service.js';

describe('durations of requests', () => {
  it('are counted in buckets that include the faster ones', () => {
    const durations = new RouteDurationsService();
    for (const seconds of [0.0005, 0.001, 0.003, 99]) {
      durations.observe('GET', '/x', 200, seconds);
    }
    const [series] = durations.series();
    const upTo = (bound: number | '+Inf') => series?.buckets.find(({ le }) => le === bound)?.count;
    expect(series?.labels).toEqual({ method: 'GET', route: '/x', status: '200' });
    expect(upTo(0.001)).toBe(2);
    expect(upTo(0.0025)).toBe(2);
    expect(upTo(0.005)).toBe(3);
    expect(upTo(10)).toBe(3);
    expect(upTo('+Inf')).toBe(4);
    expect(series?.sum).toBeCloseTo(99.0045);
  });

  it('are kept apart by route, method and status, up to a bound', () => {
    const durations = new RouteDurationsService();
    durations.observe('GET', '/x', 200, 1);
    durations.observe('POST', '/x', 200, 1);
    durations.observe('GET', '/x', 404, 1);
    durations.observe('GET', '/x', 404, 1);
    expect(durations.series()).toHaveLength(3);
    for (let index = 0; index < 3_000; index++) {
      durations.observe('GET', `/${index}`, 200, 1);
    }
    expect(durations.series()).toHaveLength(2_000);
  });
});
