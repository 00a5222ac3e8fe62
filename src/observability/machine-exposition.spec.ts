import { METRIC_CATALOG, METRIC_NAMES, type MetricUnit } from '../contracts/index.js';
import { MACHINE_GAUGES } from './machine-exposition.js';

/** How the name of a gauge ends, by unit: Prometheus's base units. */
const ENDING: Record<MetricUnit, RegExp> = {
  percent: /_ratio$/,
  bytes: /_bytes$/,
  bytes_per_second: /_bytes_per_second$/,
  celsius: /_celsius$/,
  seconds: /_seconds$/,
  watts: /_watts$/,
  rpm: /_rpm$/,
  count: /[a-z]$/,
  load: /_load(1|5|15)$/,
};

describe('gauges of machines', () => {
  it.each(METRIC_NAMES)('name %s in base units', (metric) => {
    const { name, divisor } = MACHINE_GAUGES[metric];
    const { unit } = METRIC_CATALOG[metric];
    expect(name).toMatch(/^procspy_machine_[a-z0-9_]+$/);
    expect(name).toMatch(ENDING[unit]);
    expect(name).not.toMatch(/_total$/);
    expect(divisor).toBe(unit === 'percent' ? 100 : 1);
  });

  it('have names of their own', () => {
    const names = METRIC_NAMES.map((metric) => MACHINE_GAUGES[metric].name);
    expect(new Set(names).size).toBe(names.length);
  });
});
