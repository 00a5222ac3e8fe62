/** Pushes over HTTP. */
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../auth/access.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { type BatchAnswer, INSTANCE_HEADER, type PushAnswer } from '../../contracts/index.js';
import { PresenceService } from '../../machines/presence/presence.service.js';
import { IngestService } from './ingest.service.js';
import { batchSchema, sampleSchema } from './sample-schema.js';

/** Taken whole: the pipes that would pick it apart cost more than all checks of a sample. */
type PushRequest = FastifyRequest & { principal: Principal };

@ApiTags('metrics')
@Access('machine')
@Controller('metrics')
export class IngestController {
  constructor(
    private readonly ingest: IngestService,
    private readonly presence: PresenceService,
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
  push(@Req() request: PushRequest): Promise<PushAnswer> {
    this.noteInstance(request);
    return this.ingest.ingest(request.principal, request.body);
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
            properties: {
              index: { type: 'integer' },
              code: { type: 'string' },
              message: { type: 'string' },
            },
          },
        },
      },
    },
  })
  pushBatch(@Req() request: PushRequest): Promise<BatchAnswer> {
    this.noteInstance(request);
    return this.ingest.ingestBatch(request.principal, request.body);
  }

  private noteInstance({ principal, headers }: PushRequest): void {
    const instance = headers[INSTANCE_HEADER];
    if (typeof instance === 'string' && principal.kind === 'machine') {
      this.presence.noteInstance(principal.machineKey, instance);
    }
  }
}
