/** Metrics of the process, made together with the service that keeps them. */
import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  register,
} from 'prom-client';

/** A counter; it replaces that of an earlier application in this process, as tests start several. */
export function counter<Label extends string = never>(
  config: CounterConfiguration<Label>,
): Counter<Label> {
  register.removeSingleMetric(config.name);
  return new Counter(config);
}

/** A gauge; see `counter`. */
export function gauge<Label extends string = never>(
  config: GaugeConfiguration<Label>,
): Gauge<Label> {
  register.removeSingleMetric(config.name);
  return new Gauge(config);
}

/** A histogram; see `counter`. */
export function histogram<Label extends string = never>(
  config: HistogramConfiguration<Label>,
): Histogram<Label> {
  register.removeSingleMetric(config.name);
  return new Histogram(config);
}
