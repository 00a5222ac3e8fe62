/** Alert rules over HTTP. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Access, CurrentActor } from '../../auth/access.decorator.js';
import type { Actor } from '../../auth/principal.js';
import { IdParam } from '../../common/id-param.dto.js';
import type { AlertRule, Page } from '../../contracts/index.js';
import { RuleBodyDto, RuleChangesDto, RuleDto, RulePageDto } from './rule.dto.js';
import { RulesService } from './rules.service.js';

@ApiTags('alerts')
@Access('admin')
@Controller('alert-rules')
export class RulesController {
  constructor(private readonly rules: RulesService) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'Every alert rule' })
  @ApiOkResponse({ type: RulePageDto })
  list(): Promise<Page<AlertRule>> {
    return this.rules.list();
  }

  @Post()
  @ApiOperation({ summary: 'Create an alert rule' })
  @ApiCreatedResponse({ type: RuleDto })
  create(@Body() body: RuleBodyDto, @CurrentActor() by: Actor): Promise<AlertRule> {
    return this.rules.create(body, by);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One alert rule' })
  @ApiOkResponse({ type: RuleDto })
  get(@Param() { id }: IdParam): Promise<AlertRule> {
    return this.rules.get(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change parts of a rule' })
  @ApiOkResponse({ type: RuleDto })
  change(
    @Param() { id }: IdParam,
    @Body() changes: RuleChangesDto,
    @CurrentActor() by: Actor,
  ): Promise<AlertRule> {
    return this.rules.change(id, changes, by);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replace a rule' })
  @ApiOkResponse({ type: RuleDto })
  replace(
    @Param() { id }: IdParam,
    @Body() body: RuleBodyDto,
    @CurrentActor() by: Actor,
  ): Promise<AlertRule> {
    return this.rules.replace(id, body, by);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a rule; its open alerts end' })
  @ApiNoContentResponse()
  remove(@Param() { id }: IdParam, @CurrentActor() by: Actor): Promise<void> {
    return this.rules.remove(id, by);
  }
}
