/** Channels as administrators keep and try them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { Actor } from '../../auth/principal.js';
import { Clock } from '../../common/clock.js';
import { AppError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { isoTime } from '../../common/times.js';
import type {
  ChannelTestAnswer,
  NotificationChannel,
  NotificationChannelType,
  Page,
} from '../../contracts/index.js';
import type { ChannelConfig, ChannelEntity } from '../channels/channel.entity.js';
import { checkConfig, MASK, splitSecrets } from '../channels/channel-config.js';
import { ChannelSecretsService } from '../channels/channel-secrets.service.js';
import { ChannelSenderService } from '../channels/channel-sender.service.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { channelType } from '../channels/kinds/index.js';
import { DeliveriesStore } from '../records/deliveries.store.js';
import { RulesStore } from '../rules/rules.store.js';
import type { ChannelBodyDto, ChannelChangesDto } from './channel.dto.js';
import { sampleAlert } from './sample-alert.js';

const MAX_CHANNELS = 200;

/** Throws `alerts.channel_not_found`, `alerts.invalid_channel`. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly store: ChannelsStore,
    private readonly rules: RulesStore,
    private readonly deliveries: DeliveriesStore,
    private readonly secrets: ChannelSecretsService,
    private readonly sender: ChannelSenderService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<Page<NotificationChannel>> {
    const channels = await this.store.all();
    return { items: channels.map(toChannel), total: channels.length, next: null };
  }

  async get(id: string): Promise<NotificationChannel> {
    return toChannel(await this.find(id));
  }

  async create(body: ChannelBodyDto, by: Actor): Promise<NotificationChannel> {
    if ((await this.store.all()).length >= MAX_CHANNELS) {
      throw new AppError(
        'conflict',
        'alerts.too_many_channels',
        `there are ${MAX_CHANNELS} channels already`,
      );
    }
    const id = randomUUID();
    const now = this.clock.now();
    const channel: ChannelEntity = {
      id,
      name: body.name,
      type: body.type,
      enabled: body.enabled ?? true,
      is_default: body.default ?? false,
      ...this.sealed(id, body.type, body.config, {}),
      created_at: now,
      updated_at: now,
    };
    await this.store.insert(channel);
    await this.record('notification_channel.create', channel, by);
    return toChannel(channel);
  }

  /** Fields of `config` that are absent stay; `********` leaves a secret as it is. */
  async change(id: string, changes: ChannelChangesDto, by: Actor): Promise<NotificationChannel> {
    const seen = await this.find(id);
    const type = changes.type ?? seen.type;
    const before = type === seen.type ? this.sender.configOf(seen) : {};
    const next: ChannelEntity = {
      ...seen,
      name: changes.name ?? seen.name,
      type,
      enabled: changes.enabled ?? seen.enabled,
      is_default: changes.default ?? seen.is_default,
      updated_at: Math.max(this.clock.now(), seen.updated_at + 1),
    };
    if (changes.config !== undefined || changes.type !== undefined) {
      const config = { ...before, ...changes.config };
      Object.assign(next, this.sealed(id, type, config, before));
    }
    if (!(await this.store.update(seen, next))) {
      throw new AppError('conflict', 'alerts.channel_changed', 'the channel was changed meanwhile');
    }
    await this.record('notification_channel.update', next, by);
    return toChannel(next);
  }

  /** Rules forget it; what still waits for it is dropped by the outbox. */
  async remove(id: string, by: Actor): Promise<void> {
    const channel = await this.find(id);
    await this.store.remove(id);
    for (const rule of await this.rules.all()) {
      const { channel_ids } = rule.definition;
      if (channel_ids.includes(id)) {
        const definition = {
          ...rule.definition,
          channel_ids: channel_ids.filter((other) => other !== id),
        };
        await this.rules.update(rule, { ...rule, definition, updated_at: rule.updated_at + 1 });
      }
    }
    await this.record('notification_channel.delete', channel, by);
  }

  /** Sends a sample alert now and says how it went; also written to the delivery log. */
  async test(id: string): Promise<ChannelTestAnswer> {
    const channel = await this.find(id);
    const now = this.clock.now();
    const deliveryId = randomUUID();
    let error: string | null = null;
    try {
      await this.sender.send(channel, {
        items: [{ id: deliveryId, kind: 'test', alert: sampleAlert(now) }],
        sentAt: isoTime(now),
      });
    } catch (failure) {
      error = (failure as Error).message.slice(0, 500);
    }
    await this.deliveries.insert({
      id: deliveryId,
      dedupe_key: `test/${deliveryId}`,
      alert_id: null,
      channel_id: channel.id,
      channel_name: channel.name,
      channel_type: channel.type,
      kind: 'test',
      state: error === null ? 'delivered' : 'dead',
      attempts: 1,
      created_at: now,
      next_attempt_at: null,
      lease_until: null,
      delivered_at: error === null ? this.clock.now() : null,
      last_error: error,
    });
    return { status: error === null ? 'delivered' : 'failed', error };
  }

  private sealed(
    id: string,
    name: NotificationChannelType,
    given: unknown,
    before: ChannelConfig,
  ): Pick<ChannelEntity, 'config' | 'secrets' | 'secret_names'> {
    const type = channelType(name);
    if (!type) {
      throw new InvalidInputError('alerts.invalid_channel', `type ${name} is not known`);
    }
    const { config, faults } = checkConfig(type, given, before);
    if (faults.length > 0) {
      throw new InvalidInputError('alerts.invalid_channel', faults);
    }
    const { shown, secrets } = splitSecrets(type, config);
    return {
      config: shown,
      secrets: this.secrets.seal(id, JSON.stringify(secrets)),
      secret_names: Object.keys(secrets),
    };
  }

  private async find(id: string): Promise<ChannelEntity> {
    const channel = await this.store.byId(id);
    if (!channel) {
      throw new NotFoundError('alerts.channel_not_found', 'no notification channel has this id');
    }
    return channel;
  }

  private async record(action: string, channel: ChannelEntity, by: Actor): Promise<void> {
    const { id, name, type } = channel;
    await this.audit.record({ action, ...by, target: id, details: { name, type } });
  }
}

/** Without opening the secrets. */
function toChannel(channel: ChannelEntity): NotificationChannel {
  const { id, name, type, config, enabled, is_default, created_at, updated_at } = channel;
  const masked = channel.secret_names.map((field) => [field, MASK]);
  return {
    id,
    name,
    type,
    config: { ...config, ...Object.fromEntries(masked) },
    enabled,
    default: is_default,
    created_at: isoTime(created_at),
    updated_at: isoTime(updated_at),
  };
}
