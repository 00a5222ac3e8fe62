/** What every kind of channel offers. */
import type { ChannelField, NotificationChannelType } from '../../../contracts/index.js';
import type { ChannelConfig } from '../channel.entity.js';
import type { Notification } from '../message.js';
import type { OutgoingMail, OutgoingRequest } from '../outgoing/outgoing.service.js';

/** The ways out that a channel may use. */
export interface Ways {
  post(request: OutgoingRequest): Promise<void>;
  mail(mail: OutgoingMail): Promise<void>;
}

/** How one kind of channel sends. */
export interface ChannelSender {
  /** Whether several alerts may go in one message. */
  grouped: boolean;
  /** Sends once; rejects with a DeliveryError if the other side did not take it. */
  send(config: ChannelConfig, notification: Notification, ways: Ways): Promise<void>;
}

/** One kind of channel: what it is configured with, and how it sends. */
export interface ChannelType extends ChannelSender {
  type: NotificationChannelType;
  fields: Readonly<Record<string, ChannelField>>;
}

/** The templates of a configuration. */
export function templatesOf(config: ChannelConfig): { title?: string; line?: string } {
  return { title: textField(config, 'title_template'), line: textField(config, 'line_template') };
}

/** A text of the configuration, `undefined` if it is not set. */
export function textField(config: ChannelConfig, name: string): string | undefined {
  const value = config[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
