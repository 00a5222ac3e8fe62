/** Keys over HTTP, for administrators. */
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Ip,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../common/id-param.dto.js';
import { Access, CurrentPrincipal } from '../access.decorator.js';
import type { UserPrincipal } from '../principal.js';
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
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** Lists keys, newest first. */
  @Get()
  list(@Query() query: ApiKeyListQuery): Promise<ApiKeyPageDto> {
    return this.keys.list(query);
  }

  /** Makes a key; only this answer carries it. */
  @Post()
  create(
    @Body() body: CreateApiKeyDto,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<NewApiKeyDto> {
    return this.keys.create(body, { actor, address });
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
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<ApiKeyDto> {
    return this.keys.rename(id, body.name, { actor, address });
  }

  /** Revokes a key, also that of a machine. */
  @Delete(':id')
  @HttpCode(204)
  revoke(
    @Param() { id }: IdParam,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<void> {
    return this.keys.revoke(id, { actor, address });
  }
}
