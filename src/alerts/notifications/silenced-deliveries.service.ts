/** Keeps silences for what is in the outbox already when they begin. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AlertsStore } from '../records/alerts.store.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import { HoldsService } from '../silences/holds.service.js';
import { NOTHING_HELD } from '../silences/silence-match.js';
import { nextLooks, sortSilenced } from './sort-silenced.js';

/** Holds back due deliveries whose alert is silenced. */
@Injectable()
export class SilencedDeliveriesService {
  constructor(
    private readonly holds: HoldsService,
    private readonly alerts: AlertsStore,
    private readonly deliveries: DeliveriesStore,
    private readonly clock: Clock,
  ) {}

  /** Puts off what is silenced, drops what became pointless by it, and answers the rest of `due`. */
  async holdBack(due: readonly DeliveryEntity[]): Promise<readonly DeliveryEntity[]> {
    if (due.length === 0) {
      return due;
    }
    const now = this.clock.now();
    const holdOf = await this.holds.at(now);
    if (holdOf === NOTHING_HELD) {
      return due;
    }
    const ids = new Set(due.flatMap(({ alert_id }) => alert_id ?? []));
    const alerts = new Map((await this.alerts.subjects([...ids])).map((row) => [row.id, row]));
    const { free, held, pointless } = sortSilenced(due, alerts, holdOf);
    for (const [time, rows] of nextLooks(held, now)) {
      await this.deliveries.postpone(rows, time);
    }
    await this.deliveries.finish(
      pointless.map(({ id }) => id),
      {
        state: 'skipped',
        next_attempt_at: null,
        delivered_at: null,
        last_error: 'it was silenced',
      },
    );
    return free;
  }
}
