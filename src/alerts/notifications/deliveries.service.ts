/** The delivery log as people read it. */
import { Injectable } from '@nestjs/common';
import { parseTimeCursor, toPage } from '../../common/paging.js';
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { NotificationDelivery, Page } from '../../contracts/index.js';
import type { AlertEntity } from '../records/alert.entity.js';
import { AlertsStore } from '../records/alerts.store.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import type { DeliveriesQuery } from './channel.dto.js';

/** Names the alert of each delivery. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly alerts: AlertsStore,
  ) {}

  /** A page of the log, newest first. */
  async list(query: DeliveriesQuery): Promise<Page<NotificationDelivery>> {
    const { rows, total } = await this.deliveries.page({
      state: query.state,
      channel_id: query.channel_id?.toLowerCase(),
      alert_id: query.alert_id?.toLowerCase(),
      limit: query.limit,
      after: parseTimeCursor(query.cursor),
    });
    const ids = rows.flatMap(({ alert_id }) => alert_id ?? []);
    const alerts = new Map(
      (await this.alerts.byIds([...new Set(ids)])).map((alert) => [alert.id, alert]),
    );
    return toPage(rows, {
      total,
      limit: query.limit,
      keyOf: ({ created_at, id }) => [created_at, id],
      toItem: (row) => toDelivery(row, alerts.get(row.alert_id ?? '')),
    });
  }
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
