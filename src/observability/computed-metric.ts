/** Metrics whose values are computed when Prometheus asks, without keeping them in prom-client. */
import { type Metric, register } from 'prom-client';

/** One line of the exposition. */
export interface ComputedValue {
  value: number;
  /** Name of the series where it is not that of the metric, as for a histogram's buckets. */
  metricName?: string;
  labels?: Record<string, string | number>;
  /** Labels that many values share as one object: they are formatted once. */
  sharedLabels?: Record<string, string>;
}

let turns = Promise.resolve();

/** One metric after the other, with a breath between: pushes do not wait for a whole scrape. */
function turn(): Promise<void> {
  turns = turns.then(() => new Promise((resolve) => setImmediate(resolve)));
  return turns;
}

/** Registers a metric in prom-client's global registry; `read` is called at each scrape. */
export function registerComputedMetric(
  name: string,
  help: string,
  type: 'counter' | 'gauge' | 'histogram',
  read: () => ComputedValue[],
): void {
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: async () => {
      await turn();
      return { name, help, type, values: read(), aggregator: 'sum' };
    },
    reset: () => undefined,
  };
  // The registry asks for `name` and `get` only; prom-client's type wants one of its own classes.
  register.registerMetric(metric as unknown as Metric);
}
