import { Counter } from 'prom-client';
import { metricValue, Rate } from './process-numbers.js';

describe('the value of a metric', () => {
  it('is that of the label', async () => {
    const counter = new Counter({ name: 'test_total', help: 'For a test.', labelNames: ['kind'] });
    counter.inc({ kind: 'a' }, 3);
    counter.inc({ kind: 'b' }, 4);
    expect(await metricValue('test_total', ['kind', 'a'])).toBe(3);
    expect(await metricValue('test_total', ['kind', 'c'])).toBe(0);
    expect(await metricValue('no_such_total', ['kind', 'a'])).toBe(0);
  });
});

describe('a rate', () => {
  it('is known from the second look on', () => {
    const rate = new Rate();
    expect(rate.next(100, 10_000)).toBeNull();
    expect(rate.next(150, 20_000)).toBe(5);
    // Two looks at the same moment, and a clock that was set back, tell nothing new.
    expect(rate.next(150, 20_000)).toBe(5);
    expect(rate.next(160, 15_000)).toBe(5);
    expect(rate.next(160, 25_000)).toBe(0);
  });
});
