/** Keys over HTTP, for administrators. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../common/id-param.dto.js';
import { Access, CurrentActor } from '../access.decorator.js';
import type { UserActor } from '../principal.js';
import {
  ApiKeyDto,
  ApiKeyListQuery,
  ApiKeyPageDto,
  CreateApiKeyDto,
  NewApiKeyDto,
  RenameApiKeyDto,
} from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('api-keys')
@Access('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** Lists keys, newest first. */
  @Get()
  list(@Query() query: ApiKeyListQuery): Promise<ApiKeyPageDto> {
    return this.keys.list(query);
  }

  /** Makes a key; only this answer carries it. */
  @Post()
  create(@Body() body: CreateApiKeyDto, @CurrentActor() by: UserActor): Promise<NewApiKeyDto> {
    return this.keys.create(body, by);
  }

  /** One key. */
  @Get(':id')
  get(@Param() { id }: IdParam): Promise<ApiKeyDto> {
    return this.keys.get(id);
  }

  /** Renames a key. */
  @Patch(':id')
  rename(
    @Param() { id }: IdParam,
    @Body() body: RenameApiKeyDto,
    @CurrentActor() by: UserActor,
  ): Promise<ApiKeyDto> {
    return this.keys.rename(id, body.name, by);
  }

  /** Revokes a key, also that of a machine. */
  @Delete(':id')
  @HttpCode(204)
  revoke(@Param() { id }: IdParam, @CurrentActor() by: UserActor): Promise<void> {
    return this.keys.revoke(id, by);
  }
}
