/** Notification channels over HTTP. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
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
import type { ChannelTestAnswer, NotificationChannel, Page } from '../../contracts/index.js';
import {
  ChannelBodyDto,
  ChannelChangesDto,
  ChannelDto,
  ChannelPageDto,
  ChannelTestDto,
} from './channel.dto.js';
import { ChannelsService } from './channels.service.js';

@ApiTags('notifications')
@Access('admin')
@Controller('notification-channels')
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'Every notification channel, without secrets' })
  @ApiOkResponse({ type: ChannelPageDto })
  list(): Promise<Page<NotificationChannel>> {
    return this.channels.list();
  }

  @Post()
  @ApiOperation({ summary: 'Create a notification channel' })
  @ApiCreatedResponse({ type: ChannelDto })
  create(@Body() body: ChannelBodyDto, @CurrentActor() by: Actor): Promise<NotificationChannel> {
    return this.channels.create(body, by);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One notification channel, without secrets' })
  @ApiOkResponse({ type: ChannelDto })
  get(@Param() { id }: IdParam): Promise<NotificationChannel> {
    return this.channels.get(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change parts of a channel' })
  @ApiOkResponse({ type: ChannelDto })
  change(
    @Param() { id }: IdParam,
    @Body() changes: ChannelChangesDto,
    @CurrentActor() by: Actor,
  ): Promise<NotificationChannel> {
    return this.channels.change(id, changes, by);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a channel; what waits for it is dropped' })
  @ApiNoContentResponse()
  remove(@Param() { id }: IdParam, @CurrentActor() by: Actor): Promise<void> {
    return this.channels.remove(id, by);
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a sample alert now' })
  @ApiOkResponse({ type: ChannelTestDto })
  test(@Param() { id }: IdParam): Promise<ChannelTestAnswer> {
    return this.channels.test(id);
  }
}
