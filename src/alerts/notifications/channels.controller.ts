/** Notification channels over HTTP. */
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Ip,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Access, CurrentPrincipal } from '../../auth/access.decorator.js';
import type { Principal } from '../../auth/principal.js';
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
@Controller('api/v1/notification-channels')
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
  create(
    @Body() body: ChannelBodyDto,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<NotificationChannel> {
    return this.channels.create(body, { actor, address });
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'One notification channel, without secrets' })
  @ApiOkResponse({ type: ChannelDto })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<NotificationChannel> {
    return this.channels.get(id.toLowerCase());
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change parts of a channel' })
  @ApiOkResponse({ type: ChannelDto })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() changes: ChannelChangesDto,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<NotificationChannel> {
    return this.channels.change(id.toLowerCase(), changes, { actor, address });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a channel; what waits for it is dropped' })
  @ApiNoContentResponse()
  remove(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() actor: Principal,
    @Ip() address: string,
  ): Promise<void> {
    return this.channels.remove(id.toLowerCase(), { actor, address });
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a sample alert now' })
  @ApiOkResponse({ type: ChannelTestDto })
  test(@Param('id', ParseUUIDPipe) id: string): Promise<ChannelTestAnswer> {
    return this.channels.test(id.toLowerCase());
  }
}
