/** Sends one notification through one channel, once, and counts how it went. */
import { Injectable } from '@nestjs/common';
import { counter, histogram } from '../../common/metrics.js';
import type { ChannelConfig, ChannelEntity } from './channel.entity.js';
import { ChannelSecretsService } from './channel-secrets.service.js';
import { channelType } from './kinds/index.js';
import type { Notification } from './message.js';
import { DeliveryError, OutgoingService } from './outgoing/outgoing.service.js';

/** Opens a channel's secrets only to send. */
@Injectable()
export class ChannelSenderService {
  private readonly sent = counter({
    name: 'procspy_notification_deliveries_total',
    help: 'Attempts to deliver notifications, by kind of channel and by what became of them.',
    labelNames: ['channel_type', 'result'] as const,
  });
  private readonly sendSeconds = histogram({
    name: 'procspy_notification_delivery_seconds',
    help: 'Time of one attempt to deliver.',
    labelNames: ['channel_type'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  constructor(
    private readonly outgoing: OutgoingService,
    private readonly secrets: ChannelSecretsService,
  ) {}

  /** Rejects with a DeliveryError, a DestinationError, or `alerts.secrets_lost`. */
  async send(channel: ChannelEntity, notification: Notification): Promise<void> {
    const type = channelType(channel.type);
    if (!type) {
      throw new DeliveryError(`this server knows no channel of the type ${channel.type}`);
    }
    const stopTimer = this.sendSeconds.startTimer({ channel_type: channel.type });
    try {
      await type.send(this.configOf(channel), notification, {
        post: (request) => this.outgoing.post(request),
        mail: (mail) => this.outgoing.mail(mail),
      });
      this.sent.inc({ channel_type: channel.type, result: 'delivered' });
    } catch (error) {
      this.sent.inc({ channel_type: channel.type, result: 'failed' });
      throw error;
    } finally {
      stopTimer();
    }
  }

  /** The whole configuration, secrets included. */
  configOf(channel: ChannelEntity): ChannelConfig {
    return { ...channel.config, ...this.secretsOf(channel) };
  }

  /** The sealed part of the configuration. */
  secretsOf(channel: ChannelEntity): ChannelConfig {
    return JSON.parse(this.secrets.open(channel.id, channel.secrets)) as ChannelConfig;
  }
}
