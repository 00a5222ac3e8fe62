/** How long requests take, by route. On the path of every request: look-ups and two additions. */
import { Injectable } from '@nestjs/common';

/** Upper bounds of the buckets in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Routes are few; a bound in case something names routes without end. */
const MAX_SERIES = 2_000;

/** What was observed of one method, route and status. */
export interface RouteSeries {
  labels: { method: string; route: string; status: string };
  /** Answers by bucket, cumulated; the last one is `+Inf` and counts all. */
  buckets: { le: number | '+Inf'; count: number }[];
  /** Seconds. */
  sum: number;
}

interface Observed {
  labels: RouteSeries['labels'];
  /** Answers by bucket, the last one beyond all bounds. */
  counts: Float64Array;
  sum: number;
}

/** By route, method and status: nested, since joining them to one key costs more than looking up. */
type ObservedByLabels = Map<string, Map<string, Map<number, Observed>>>;

/** Histograms of durations, observed where requests are answered and read by `/metrics`. */
@Injectable()
export class RouteDurationsService {
  private readonly byLabels: ObservedByLabels = new Map();
  private readonly all: Observed[] = [];

  /** Counts one answer that took `seconds`. */
  observe(method: string, route: string, status: number, seconds: number): void {
    const known = this.byLabels.get(route)?.get(method)?.get(status);
    const series = known ?? this.add(method, route, status);
    if (!series) {
      return;
    }
    let index = 0;
    while (index < BOUNDS.length && seconds > (BOUNDS[index] ?? 0)) {
      index++;
    }
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += seconds;
  }

  /** Everything observed so far. */
  series(): RouteSeries[] {
    return this.all.map(({ labels, counts, sum }) => {
      let count = 0;
      const buckets = Array.from(counts, (inBucket, index) => {
        count += inBucket;
        return { le: BOUNDS[index] ?? ('+Inf' as const), count };
      });
      return { labels, buckets, sum };
    });
  }

  private add(method: string, route: string, status: number): Observed | undefined {
    if (this.all.length >= MAX_SERIES) {
      return undefined;
    }
    const series: Observed = {
      labels: { method, route, status: String(status) },
      counts: new Float64Array(BOUNDS.length + 1),
      sum: 0,
    };
    const methods = this.byLabels.get(route) ?? new Map<string, Map<number, Observed>>();
    const statuses = methods.get(method) ?? new Map<number, Observed>();
    this.byLabels.set(route, methods.set(method, statuses.set(status, series)));
    this.all.push(series);
    return series;
  }
}
