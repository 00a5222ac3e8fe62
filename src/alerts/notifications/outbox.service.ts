/** Empties the outbox: claims what is due, sends it channel by channel, tries again what failed. */
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { isoTime } from '../../common/times.js';
import { ServerConfig } from '../../config/server-config.js';
import type { ChannelEntity } from '../channels/channel.entity.js';
import { ChannelSenderService } from '../channels/channel-sender.service.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { channelType } from '../channels/kinds/index.js';
import type { NotificationItem } from '../channels/message.js';
import { DeliveryError, LONGEST_ATTEMPT_MS } from '../channels/outgoing/outgoing.service.js';
import { toAlert } from '../records/alert-view.js';
import { AlertsStore } from '../records/alerts.store.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import type { DeliveryEntity } from '../records/delivery.entity.js';
import { isHopeless, retryDelay } from './backoff.js';
import { SilencedDeliveriesService } from './silenced-deliveries.service.js';
import { sortDeliveries } from './sort-deliveries.js';

/** Channels that are sent to at the same time. */
const PARALLEL_CHANNELS = 16;
/** From this many on, alerts of one channel go in one message. */
const GROUP_FROM = 4;
/** Alerts of one message. */
const GROUP_SIZE = 100;
/** Silences that begin while a channel is sent to count within this time. */
const LOOK_AGAIN_MS = 2_000;
/**
 * Longer than any attempt, with some room for clocks that differ: another replica takes over a
 * delivery only after it.
 */
const LEASE_MS = LONGEST_ATTEMPT_MS + 10_000;
const LOG_RETENTION_MS = 30 * 86_400_000;

/** For one caller at a time: the leader's scheduler. Leases keep a former leader from sending too. */
@Injectable()
export class OutboxService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxService.name);
  /** What is being sent, by channel: a channel that hangs holds up no other. */
  private readonly busy = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly channels: ChannelsStore,
    private readonly alerts: AlertsStore,
    private readonly silenced: SilencedDeliveriesService,
    private readonly sender: ChannelSenderService,
    private readonly clock: Clock,
    private readonly config: ServerConfig,
  ) {}

  /** Only one process may use a SQLite file: no process holds what an earlier one was sending. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.config.database.dialect === 'sqlite') {
      await this.deliveries.endLeases();
    }
  }

  /** Starts sending what is due; does not wait for it. Begins nothing more once `term` is over. */
  async sendDue(term: AbortSignal): Promise<void> {
    const found = await this.deliveries.due(this.clock.now(), [...this.busy.keys()]);
    const silencesReadAt = this.clock.now();
    const due = await this.silenced.holdBack(found);
    const byChannel = new Map<string, DeliveryEntity[]>();
    for (const row of due) {
      byChannel.set(row.channel_id, [...(byChannel.get(row.channel_id) ?? []), row]);
    }
    for (const [channelId, rows] of byChannel) {
      if (this.busy.size >= PARALLEL_CHANNELS || this.isOver(term)) {
        return;
      }
      const work = this.sendAll(channelId, rows, silencesReadAt, term)
        .catch((error: unknown) => this.logger.error('the outbox failed', error))
        .finally(() => this.busy.delete(channelId));
      this.busy.set(channelId, work);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.busy.values());
  }

  /** Deletes old lines of the delivery log, until `term` is over. */
  async prune(term: AbortSignal): Promise<void> {
    const before = this.clock.now() - LOG_RETENTION_MS;
    while (!term.aborted && (await this.deliveries.prune(before)) > 0) {
      // One bounded step after the other.
    }
  }

  private isOver(term: AbortSignal): boolean {
    return this.stopping || term.aborted;
  }

  private async sendAll(
    channelId: string,
    due: readonly DeliveryEntity[],
    silencesReadAt: number,
    term: AbortSignal,
  ): Promise<void> {
    const channel = await this.channels.byId(channelId);
    if (!channel?.enabled) {
      await this.skip(due, channel ? 'the channel is switched off' : 'the channel was deleted');
      return;
    }
    const others = await this.deliveries.ofAlerts(
      due.flatMap(({ alert_id }) => (alert_id === null ? [] : [alert_id])),
    );
    if (this.isOver(term)) {
      return;
    }
    const { ready, skipped } = sortDeliveries(
      due,
      others.filter((row) => row.channel_id === channelId),
    );
    await this.skip(skipped, null);
    const grouped = channelType(channel.type)?.grouped === true && ready.length >= GROUP_FROM;
    const size = grouped ? GROUP_SIZE : 1;
    let left: readonly DeliveryEntity[] = ready;
    let lookedAt = silencesReadAt;
    while (left.length > 0 && !this.isOver(term)) {
      const now = this.clock.now();
      if (now - lookedAt > LOOK_AGAIN_MS) {
        lookedAt = now;
        left = await this.silenced.holdBack(left);
      }
      const batch = left.slice(0, size);
      left = left.slice(size);
      if (batch.length > 0 && !(await this.sendOnce(channel, batch))) {
        // What did not take this will not take the next: they wait for the same moment.
        await this.postpone(left);
        return;
      }
    }
  }

  /** True if the channel works. */
  private async sendOnce(
    channel: ChannelEntity,
    rows: readonly DeliveryEntity[],
  ): Promise<boolean> {
    const now = this.clock.now();
    const claimed = new Set(
      await this.deliveries.claim(
        rows.map(({ id }) => id),
        now,
        now + LEASE_MS,
      ),
    );
    const mine = rows.filter(({ id }) => claimed.has(id));
    const { items, lost } = await this.itemsOf(mine, now);
    await this.skip(lost, 'the alert is gone');
    const [first, ...more] = items;
    if (!first) {
      return true;
    }
    const ids = items.map(({ id }) => id);
    try {
      await this.sender.send(channel, { items: [first, ...more], sentAt: isoTime(now) });
    } catch (error) {
      await this.failed(
        mine.filter(({ id }) => ids.includes(id)),
        error,
      );
      return false;
    }
    await this.deliveries.finish(ids, {
      state: 'delivered',
      next_attempt_at: null,
      delivered_at: this.clock.now(),
      last_error: null,
    });
    return true;
  }

  private async itemsOf(
    rows: readonly DeliveryEntity[],
    now: number,
  ): Promise<{ items: NotificationItem[]; lost: DeliveryEntity[] }> {
    const alerts = new Map(
      (await this.alerts.byIds(rows.map(({ alert_id }) => alert_id ?? ''))).map((alert) => [
        alert.id,
        alert,
      ]),
    );
    const items: NotificationItem[] = [];
    const lost: DeliveryEntity[] = [];
    for (const row of rows) {
      const alert = alerts.get(row.alert_id ?? '');
      if (alert) {
        items.push({ id: row.id, kind: row.kind, alert: toAlert(alert, now, null) });
      } else {
        lost.push(row);
      }
    }
    return { items, lost };
  }

  private async failed(rows: readonly DeliveryEntity[], error: unknown): Promise<void> {
    const now = this.clock.now();
    const last_error = (error as Error).message.slice(0, 500);
    const asked = error instanceof DeliveryError ? error.retryAfterMs : null;
    const random = Math.random();
    this.logger.warn(
      `${rows[0]?.channel_type} "${rows[0]?.channel_name}": ${last_error}; ${rows.length} notifications wait`,
    );
    const byNext = new Map<number | null, string[]>();
    for (const row of rows) {
      const attempts = row.attempts + 1;
      const next = isHopeless(attempts, now - row.created_at)
        ? null
        : now + retryDelay(attempts, random, asked);
      byNext.set(next, [...(byNext.get(next) ?? []), row.id]);
    }
    for (const [next_attempt_at, ids] of byNext) {
      const state = next_attempt_at === null ? 'dead' : 'waiting';
      await this.deliveries.finish(ids, { state, next_attempt_at, delivered_at: null, last_error });
    }
  }

  private async postpone(rows: readonly DeliveryEntity[]): Promise<void> {
    if (rows.length > 0) {
      await this.deliveries.postpone(
        rows.map(({ id }) => id),
        this.clock.now() + retryDelay(1, Math.random(), null),
      );
    }
  }

  private async skip(rows: readonly DeliveryEntity[], reason: string | null): Promise<void> {
    await this.deliveries.finish(
      rows.map(({ id }) => id),
      { state: 'skipped', next_attempt_at: null, delivered_at: null, last_error: reason },
    );
  }
}
