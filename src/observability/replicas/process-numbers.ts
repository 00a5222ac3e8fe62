/** Numbers that this process keeps for Prometheus, read for people. */
import { register } from 'prom-client';

/** The sum of a metric's values with `label`; 0 if there is no such metric. */
export async function metricValue(
  name: string,
  [key, value]: readonly [key: string, value: string],
): Promise<number> {
  const metric = await register.getSingleMetric(name)?.get();
  return (metric?.values ?? [])
    .filter(({ labels }) => (labels as Record<string, unknown>)[key] === value)
    .reduce((sum, entry) => sum + entry.value, 0);
}

/** How fast a counter goes up. */
export class Rate {
  private last: { at: number; count: number } | null = null;
  private perSecond: number | null = null;

  /** Takes in the counter at a time (epoch milliseconds); answers the rate since the time before. */
  next(count: number, at: number): number | null {
    if (this.last !== null && at > this.last.at) {
      this.perSecond = Math.max(0, ((count - this.last.count) * 1_000) / (at - this.last.at));
    }
    this.last = { at, count };
    return this.perSecond;
  }
}
