/** The delivery log over HTTP. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../auth/access.decorator.js';
import type { NotificationDelivery, Page } from '../../contracts/index.js';
import { DeliveriesQuery, DeliveryPageDto } from './channel.dto.js';
import { DeliveriesService } from './deliveries.service.js';

@ApiTags('notifications')
@Access('viewer')
@Controller('notification-deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @ApiOperation({ summary: 'What was sent, what waits, what was given up; newest first' })
  @ApiOkResponse({ type: DeliveryPageDto })
  list(@Query() query: DeliveriesQuery): Promise<Page<NotificationDelivery>> {
    return this.deliveries.list(query);
  }
}
