/** Accounts over HTTP, for administrators. */
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
import { PageQuery } from '../../common/paging.js';
import { Access, CurrentPrincipal } from '../access.decorator.js';
import type { UserPrincipal } from '../principal.js';
import { NewUserDto, UserChangesDto, UserDto, UserPageDto } from './user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Access('admin')
@Controller('api/v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Lists users by e-mail address. */
  @Get()
  list(@Query() query: PageQuery): Promise<UserPageDto> {
    return this.users.list(query);
  }

  /** Creates a user. */
  @Post()
  create(
    @Body() body: NewUserDto,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<UserDto> {
    return this.users.create(body, { actor, address });
  }

  /** One user. */
  @Get(':id')
  get(@Param() { id }: IdParam): Promise<UserDto> {
    return this.users.get(id);
  }

  /** Changes a user, and ends the user's sessions. */
  @Patch(':id')
  change(
    @Param() { id }: IdParam,
    @Body() body: UserChangesDto,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<UserDto> {
    return this.users.change(id, body, { actor, address });
  }

  /** Deletes a user, unless it is the last administrator. */
  @Delete(':id')
  @HttpCode(204)
  remove(
    @Param() { id }: IdParam,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<void> {
    return this.users.remove(id, { actor, address });
  }

  /** Takes the second factor off an account whose owner lost it. */
  @Delete(':id/totp')
  @HttpCode(204)
  removeSecondFactor(
    @Param() { id }: IdParam,
    @CurrentPrincipal() actor: UserPrincipal,
    @Ip() address: string,
  ): Promise<void> {
    return this.users.removeSecondFactor(id, { actor, address });
  }
}
