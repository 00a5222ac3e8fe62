/** The delivery log as people read it. */
import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '../../common/paging.js';
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { NotificationDelivery, Page } from '../../contracts/index.js';
import type { AlertEntity } from '../alert.entity.js';
import { AlertsStore } from '../alerts.store.js';
import type { DeliveriesQuery } from './channel.dto.js';
import { DeliveriesStore } from './deliveries.store.js';
import type { DeliveryEntity } from './delivery.entity.js';

/** Names the alert of each delivery. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly alerts: AlertsStore,
  ) {}

  /** A page of the log, newest first. */
  async list(query: DeliveriesQuery): Promise<Page<NotificationDelivery>> {
    const { deliveries, total } = await this.deliveries.page({
      state: query.state,
      channel_id: query.channel_id?.toLowerCase(),
      alert_id: query.alert_id?.toLowerCase(),
      limit: query.limit + 1,
      after: query.cursor === undefined ? null : positionOf(query.cursor),
    });
    const page = deliveries.slice(0, query.limit);
    const ids = page.flatMap(({ alert_id }) => alert_id ?? []);
    const alerts = new Map(
      (await this.alerts.byIds([...new Set(ids)])).map((alert) => [alert.id, alert]),
    );
    const last = page.at(-1);
    const more = deliveries.length > query.limit;
    return {
      items: page.map((row) => toDelivery(row, alerts.get(row.alert_id ?? ''))),
      total,
      next: more && last ? encodeCursor([last.created_at, last.id]) : null,
    };
  }
}

function positionOf(cursor: string): { created_at: number; id: string } {
  const [created_at, id] = decodeCursor(cursor, 2);
  return { created_at: Number(created_at), id: String(id) };
}

function toDelivery(row: DeliveryEntity, alert: AlertEntity | undefined): NotificationDelivery {
  return {
    id: row.id,
    alert_id: row.alert_id,
    rule_name: alert?.rule.name ?? null,
    machine_name: alert?.machine_name ?? null,
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
