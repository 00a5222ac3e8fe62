/** Silences over HTTP. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import type { Page, Silence } from '../../contracts/index.js';
import {
  SilenceBodyDto,
  SilenceChangesDto,
  SilenceDto,
  SilencePageDto,
  SilencesQuery,
} from './silence.dto.js';
import { SilencesService } from './silences.service.js';

@ApiTags('alerts')
@Access('admin')
@Controller('silences')
export class SilencesController {
  constructor(private readonly silences: SilencesService) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'Silences, newest first' })
  @ApiOkResponse({ type: SilencePageDto })
  list(@Query() query: SilencesQuery): Promise<Page<Silence>> {
    return this.silences.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Hold back the notifications of some alerts for a time' })
  @ApiCreatedResponse({ type: SilenceDto })
  create(@Body() body: SilenceBodyDto, @CurrentActor() by: Actor): Promise<Silence> {
    return this.silences.create(body, by);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One silence' })
  @ApiOkResponse({ type: SilenceDto })
  get(@Param() { id }: IdParam): Promise<Silence> {
    return this.silences.get(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change parts of a silence that is not over' })
  @ApiOkResponse({ type: SilenceDto })
  change(
    @Param() { id }: IdParam,
    @Body() changes: SilenceChangesDto,
    @CurrentActor() by: Actor,
  ): Promise<Silence> {
    return this.silences.change(id, changes, by);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End a silence now; one that has not begun is deleted' })
  @ApiNoContentResponse()
  end(@Param() { id }: IdParam, @CurrentActor() by: Actor): Promise<void> {
    return this.silences.end(id, by);
  }
}
