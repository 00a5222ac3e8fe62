/** Observes every answer of Fastify, and shows all durations to Prometheus. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { RouteDurationsService } from '../common/route-durations.service.js';
import { type ComputedValue, registerComputedMetric } from './computed-metric.js';

const NAME = 'procspy_http_request_duration_seconds';

/** Hooks into the server at its start. */
@Injectable()
export class HttpDurationsService implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly durations: RouteDurationsService,
  ) {}

  onModuleInit(): void {
    registerComputedMetric(NAME, 'Time to answer a request, by route.', 'histogram', () =>
      this.lines(),
    );
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
      this.durations.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  }

  private lines(): ComputedValue[] {
    return this.durations.series().flatMap(({ labels, buckets, sum }) => [
      ...buckets.map(({ le, count }) => ({
        metricName: `${NAME}_bucket`,
        value: count,
        labels: { ...labels, le },
      })),
      { metricName: `${NAME}_sum`, value: sum, labels },
      { metricName: `${NAME}_count`, value: buckets.at(-1)?.count ?? 0, labels },
    ]);
  }
}
