/** Pushes over HTTP. */
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentPrincipal } from '../../auth/access.decorator.js';
import type { Principal } from '../../auth/principal.js';
import type { BatchAnswer, PushAnswer } from '../../contracts/index.js';
import { Presence } from '../../machines/presence.js';
import { IngestService } from './ingest.service.js';
import { batchSchema, sampleSchema } from './sample-schema.js';

@ApiTags('metrics')
@Access('machine')
@Controller('api/v1/metrics')
export class IngestController {
  constructor(
    private readonly ingest: IngestService,
    private readonly presence: Presence,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Push one sample; answered after it is durably stored' })
  @ApiBody({ schema: sampleSchema })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['metrics_received'] } },
    },
  })
  push(
    @CurrentPrincipal() principal: Principal,
    @Headers('x-procspy-instance') instance: string | undefined,
    @Body() body: unknown,
  ): Promise<PushAnswer> {
    this.noteInstance(principal, instance);
    return this.ingest.ingest(principal, body);
  }

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Push many samples; good ones are kept, faulty ones listed by index' })
  @ApiBody({ schema: batchSchema })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: ['metrics_received'] },
        accepted: { type: 'integer' },
        duplicates: { type: 'integer' },
        rejected: {
          type: 'array',
          items: {
            type: 'object',
            properties: { index: { type: 'integer' }, message: { type: 'string' } },
          },
        },
      },
    },
  })
  pushBatch(
    @CurrentPrincipal() principal: Principal,
    @Headers('x-procspy-instance') instance: string | undefined,
    @Body() body: unknown,
  ): Promise<BatchAnswer> {
    this.noteInstance(principal, instance);
    return this.ingest.ingestBatch(principal, body);
  }

  private noteInstance(principal: Principal, instance: string | undefined): void {
    if (instance !== undefined && principal.kind === 'machine') {
      this.presence.noteInstance(principal.machine, instance);
    }
  }
}
