/** `GET /metrics` for Prometheus. */
import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { PrometheusController as ExpositionController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/access.decorator.js';
import { MachineMetricsService } from './machine-metrics.service.js';

@ApiTags('operation')
@Controller({ version: VERSION_NEUTRAL })
export class PrometheusController extends ExpositionController {
  constructor(private readonly machines: MachineMetricsService) {
    super();
  }

  @Get()
  @Access('prometheus')
  @ApiOperation({ summary: 'Metrics of the server and of every machine, for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  override async index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.machines.prepare();
    return super.index(reply);
  }
}
