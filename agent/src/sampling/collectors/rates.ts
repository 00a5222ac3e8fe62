/**
 * Computes rates from counters. A rate is never negative, whatever happens to counters and clocks.
 */

/**
 * After a longer gap there is no rate: an average over the gap would be attributed to the wrong
 * time.
 */
const LONGEST_GAP_MS = 15 * 60_000;

/** Readings closer together give no rate: the resolution of the counters would be visible. */
const SHORTEST_GAP_MS = 20;

/** Why there is no rate yet. */
export const FIRST_READING = 'first reading: a rate needs two';

/** A rate, or the reason why there is none. */
export type Rate = { value: number } | { value: null; reason: string };

/**
 * Remembers the counters of devices that come and go, and computes their increase per second. A
 * counter that has decreased was either reset or wrapped around; these cannot be told apart, so it
 * has no value.
 */
export class RateTracker<counter extends string> {
  private before = new Map<string, { [name in counter]: number }>();
  private beforeMs: number | null = null;

  /** Takes the counters of all devices at one instant; returns the rates per second of each. */
  update(
    devices: ReadonlyMap<string, { [name in counter]: number }>,
    nowMs: number,
  ): Map<string, { [name in counter]: Rate }> {
    const elapsedMs = this.beforeMs === null ? 0 : nowMs - this.beforeMs;
    const usable = this.beforeMs !== null && elapsedMs <= LONGEST_GAP_MS;
    const rates = new Map<string, { [name in counter]: Rate }>();
    for (const [name, counters] of devices) {
      const previous = usable ? this.before.get(name) : undefined;
      rates.set(name, ratesOf(previous, counters, elapsedMs));
    }
    if (this.beforeMs === null || elapsedMs >= SHORTEST_GAP_MS || elapsedMs < 0) {
      this.before = new Map(devices);
      this.beforeMs = nowMs;
    }
    return rates;
  }
}

function ratesOf<counter extends string>(
  previous: { [name in counter]: number } | undefined,
  current: { [name in counter]: number },
  elapsedMs: number,
): { [name in counter]: Rate } {
  const rates = {} as { [name in counter]: Rate };
  for (const name of Object.keys(current) as counter[]) {
    rates[name] = previous
      ? ratePerSecond(previous[name], current[name], elapsedMs)
      : { value: null, reason: FIRST_READING };
  }
  return rates;
}

/** Increase per second of one counter over `elapsedMs` of monotonic time. */
export function ratePerSecond(before: number, after: number, elapsedMs: number): Rate {
  if (!Number.isFinite(before) || !Number.isFinite(after)) {
    return { value: null, reason: 'the counter could not be read' };
  }
  if (!(elapsedMs >= SHORTEST_GAP_MS)) return { value: null, reason: FIRST_READING };
  if (after < before) return { value: null, reason: 'the counter was reset' };
  return { value: ((after - before) * 1000) / elapsedMs };
}

/**
 * Sum of rates. Devices without a rate yet are left out; if no device has one, the sum has none
 * either and gives their reason.
 */
export function sumRates(rates: Iterable<Rate>, nothing: string): Rate {
  let sum = 0;
  let known = 0;
  let reason = nothing;
  for (const rate of rates) {
    if (rate.value === null) {
      reason = rate.reason;
    } else {
      sum += rate.value;
      known += 1;
    }
  }
  return known > 0 ? { value: sum } : { value: null, reason };
}
