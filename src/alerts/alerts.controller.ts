/** Alerts over HTTP. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentActor } from '../auth/access.decorator.js';
import type { Actor } from '../auth/principal.js';
import { IdParam } from '../common/id-param.dto.js';
import type { Alert, Page } from '../contracts/index.js';
import { AcknowledgeDto, AlertDto, AlertPageDto, AlertsQuery } from './alert.dto.js';
import { AlertsService } from './alerts.service.js';

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'Alerts, newest first' })
  @ApiOkResponse({ type: AlertPageDto })
  list(@Query() query: AlertsQuery): Promise<Page<Alert>> {
    return this.alerts.list(query);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One alert' })
  @ApiOkResponse({ type: AlertDto })
  get(@Param() { id }: IdParam): Promise<Alert> {
    return this.alerts.get(id);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Say that somebody looks after a firing alert' })
  @ApiOkResponse({ type: AlertDto })
  acknowledge(
    @Param() { id }: IdParam,
    @Body() body: AcknowledgeDto,
    @CurrentActor() by: Actor,
  ): Promise<Alert> {
    return this.alerts.acknowledge(id, body?.note, by);
  }
}
