/** Dry runs of alert rules over HTTP. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../auth/access.decorator.js';
import type { DryRunAnswer } from '../../contracts/index.js';
import { DryRunAnswerDto, DryRunBodyDto } from './dry-run.dto.js';
import { DryRunService } from './dry-run.service.js';

@ApiTags('alerts')
@Access('admin')
@Controller('alert-rules/dry-run')
export class DryRunController {
  constructor(private readonly dryRuns: DryRunService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Replay a rule over stored history' })
  @ApiOkResponse({
    type: DryRunAnswerDto,
    description: 'How often and how long it would have fired, by machine',
  })
  run(@Body() body: DryRunBodyDto): Promise<DryRunAnswer> {
    return this.dryRuns.run(body);
  }
}
