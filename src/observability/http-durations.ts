/** How long requests take, by route. On the path of every request: two look-ups and two additions. */
import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { type ComputedValue, registerComputedMetric } from './computed-metric.js';

const NAME = 'procspy_http_request_duration_seconds';
/** Upper bounds of the buckets in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Routes are few; a bound in case something names routes without end. */
const MAX_SERIES = 2_000;

interface Series {
  labels: { method: string; route: string; status: string };
  /** Requests by bucket, the last one beyond all bounds. */
  buckets: Float64Array;
  sum: number;
}

/** Histograms of durations. */
export class RouteDurations {
  private readonly series = new Map<string, Series>();

  /** Counts one answer that took `seconds`. */
  observe(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${status}`;
    let series = this.series.get(key);
    if (!series) {
      if (this.series.size >= MAX_SERIES) {
        return;
      }
      series = {
        labels: { method, route, status: String(status) },
        buckets: new Float64Array(BOUNDS.length + 1),
        sum: 0,
      };
      this.series.set(key, series);
    }
    let index = 0;
    while (index < BOUNDS.length && seconds > (BOUNDS[index] ?? 0)) {
      index++;
    }
    series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    series.sum += seconds;
  }

  /** The lines of the histogram, buckets cumulated. */
  values(): ComputedValue[] {
    const values: ComputedValue[] = [];
    for (const { labels, buckets, sum } of this.series.values()) {
      let count = 0;
      buckets.forEach((inBucket, index) => {
        count += inBucket;
        const le = BOUNDS[index] ?? '+Inf';
        values.push({ metricName: `${NAME}_bucket`, value: count, labels: { ...labels, le } });
      });
      values.push({ metricName: `${NAME}_sum`, value: sum, labels });
      values.push({ metricName: `${NAME}_count`, value: count, labels });
    }
    return values;
  }
}

/** Observes every answer of the server. */
@Injectable()
export class HttpDurations implements OnModuleInit {
  private readonly durations = new RouteDurations();

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    registerComputedMetric(NAME, 'Time to answer a request, by route.', 'histogram', () =>
      this.durations.values(),
    );
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
      this.durations.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  }
}
