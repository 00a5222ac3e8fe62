/** The delivery log over HTTP. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../auth/access.decorator.js';
import { decodeCursor, encodeCursor } from '../../common/paging.js';
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { NotificationDelivery, Page } from '../../contracts/index.js';
import { DeliveriesQuery, DeliveryPageDto } from './channel.dto.js';
import { DeliveriesStore } from './deliveries.store.js';
import type { DeliveryEntity } from './delivery.entity.js';

@ApiTags('notifications')
@Access('viewer')
@Controller('api/v1/notification-deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesStore) {}

  @Get()
  @ApiOperation({ summary: 'What was sent, what waits, what was given up; newest first' })
  @ApiOkResponse({ type: DeliveryPageDto })
  async list(@Query() query: DeliveriesQuery): Promise<Page<NotificationDelivery>> {
    const { deliveries, total } = await this.deliveries.page({
      state: query.state,
      channel_id: query.channel_id?.toLowerCase(),
      alert_id: query.alert_id?.toLowerCase(),
      limit: query.limit + 1,
      after: query.cursor === undefined ? null : positionOf(query.cursor),
    });
    const page = deliveries.slice(0, query.limit);
    const last = page.at(-1);
    const more = deliveries.length > query.limit;
    return {
      items: page.map(toDelivery),
      total,
      next: more && last ? encodeCursor([last.created_at, last.id]) : null,
    };
  }
}

function positionOf(cursor: string): { created_at: number; id: string } {
  const [created_at, id] = decodeCursor(cursor, 2);
  return { created_at: Number(created_at), id: String(id) };
}

function toDelivery(row: DeliveryEntity): NotificationDelivery {
  return {
    id: row.id,
    alert_id: row.alert_id,
    channel_id: row.channel_id,
    channel_name: row.channel_name,
    channel_type: row.channel_type,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    created_at: isoTime(row.created_at),
    next_attempt_at: isoTimeOrNull(row.next_attempt_at),
    delivered_at: isoTimeOrNull(row.delivered_at),
    last_error: row.last_error,
  };
}
