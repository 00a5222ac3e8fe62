/** History over HTTP. */
import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../auth/access.decorator.js';
import { Clock } from '../../common/clock.js';
import { parseTime } from '../../common/times.js';
import { MachineIdParam } from '../../machines/machine-input.dto.js';
import { ExportService } from './export.service.js';
import { EXPORT_CONTENT_TYPES } from './export-lines.js';
import { DeviceHistoryDto, FleetHistoryDto, MetricHistoryDto } from './history.dto.js';
import { DevicesQuery, ExportQuery, FleetQuery, MetricsQuery } from './history-query.dto.js';
import { QueryService } from './query.service.js';

const JSON_TYPE = 'application/json; charset=utf-8';

@ApiTags('metrics')
@Access('viewer')
@Controller()
export class HistoryController {
  constructor(
    private readonly history: QueryService,
    private readonly exports: ExportService,
    private readonly clock: Clock,
  ) {}

  @Get('metrics')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'History of several machines on one time axis' })
  @ApiOkResponse({ type: FleetHistoryDto, description: 'Columns for each machine' })
  fleet(@Query() query: FleetQuery): Promise<Buffer> {
    return this.history.fleetHistory(query);
  }

  @Get('machines/:id/metrics')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'History of one machine in columns' })
  @ApiOkResponse({
    type: MetricHistoryDto,
    description: 'Columns of one length, aligned to the step; null is a gap',
  })
  machine(@Param() { id }: MachineIdParam, @Query() query: MetricsQuery): Promise<Buffer> {
    return this.history.machineHistory(id, query);
  }

  @Get('machines/:id/devices')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'History of the devices of one kind' })
  @ApiOkResponse({ type: DeviceHistoryDto, description: 'Columns for each device' })
  devices(@Param() { id }: MachineIdParam, @Query() query: DevicesQuery): Promise<Buffer> {
    return this.history.deviceHistory(id, query);
  }

  @Get('machines/:id/metrics/export')
  @ApiOperation({ summary: 'Every stored raw sample of a range, as a stream' })
  @ApiOkResponse({
    description: 'CSV, or one JSON object a line',
    content: {
      'text/csv': { schema: { type: 'string' } },
      'application/x-ndjson': { schema: { type: 'string' } },
    },
  })
  async export(
    @Param() { id }: MachineIdParam,
    @Query() query: ExportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const machine = await this.history.machine(id);
    const from = query.from === undefined ? 0 : (parseTime(query.from) ?? 0);
    const to = query.to === undefined ? this.clock.now() + 86_400_000 : (parseTime(query.to) ?? 0);
    reply.header('cache-control', 'no-store');
    return new StreamableFile(
      Readable.from(this.exports.lines(machine, from, to, query.format), { objectMode: false }),
      {
        type: EXPORT_CONTENT_TYPES[query.format],
        disposition: `attachment; filename="${machine.machine_id}.${query.format}"`,
      },
    );
  }
}
