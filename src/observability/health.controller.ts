/** Whether the server lives, and whether it is ready for work. */
import {
  Controller,
  Get,
  Header,
  type OnModuleDestroy,
  Res,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/access.decorator.js';
import { HEALTH_ANSWER } from '../contracts/index.js';
import { DatabaseProbeStore } from './database-probe.store.js';
import { ReadinessDto } from './health.dto.js';

@ApiTags('operation')
@Access('anyone')
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController implements OnModuleDestroy {
  private stopping = false;

  constructor(private readonly database: DatabaseProbeStore) {}

  /** Nest calls this first when the server is to stop. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Says that the process lives' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: HEALTH_ANSWER } })
  live(): string {
    return HEALTH_ANSWER;
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Says whether requests will be served: for load balancers' })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const { reachable, migrated } = await this.database.probe();
    const ready = reachable && migrated && !this.stopping;
    reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ready' : 'not_ready',
      database: reachable ? 'reachable' : 'unreachable',
      migrations: migrated ? 'done' : 'pending',
      stopping: this.stopping,
    };
  }
}
