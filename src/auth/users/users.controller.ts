/** Accounts over HTTP, for administrators. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdParam } from '../../common/id-param.dto.js';
import { PageQuery } from '../../common/paging.js';
import { Access, CurrentActor } from '../access.decorator.js';
import type { UserActor } from '../principal.js';
import { NewUserDto, UserChangesDto, UserDto, UserPageDto } from './user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Access('admin')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Lists users by e-mail address. */
  @Get()
  list(@Query() query: PageQuery): Promise<UserPageDto> {
    return this.users.list(query);
  }

  /** Creates a user. */
  @Post()
  create(@Body() body: NewUserDto, @CurrentActor() by: UserActor): Promise<UserDto> {
    return this.users.create(body, by);
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
    @CurrentActor() by: UserActor,
  ): Promise<UserDto> {
    return this.users.change(id, body, by);
  }

  /** Deletes a user, unless it is the last administrator. */
  @Delete(':id')
  @HttpCode(204)
  remove(@Param() { id }: IdParam, @CurrentActor() by: UserActor): Promise<void> {
    return this.users.remove(id, by);
  }

  /** Takes the second factor off an account whose owner lost it. */
  @Delete(':id/totp')
  @HttpCode(204)
  removeSecondFactor(@Param() { id }: IdParam, @CurrentActor() by: UserActor): Promise<void> {
    return this.users.removeSecondFactor(id, by);
  }
}
