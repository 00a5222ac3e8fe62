/** What every kind of channel offers. Adding one is adding a file and a line in `index.ts`. */
import type { NotificationChannelType } from '../../../contracts/index.js';
import type { ChannelConfig } from '../channel.entity.js';
import type { Notification } from '../message.js';
import type { OutgoingMail, OutgoingRequest } from '../outgoing/outgoing.service.js';

/** One field of a channel's configuration. */
export interface ConfigField {
  kind: 'url' | 'text' | 'integer' | 'flag' | 'addresses' | 'certificates';
  required?: true;
  /** Kept sealed and never answered. */
  secret?: true;
  /** Used where the field is absent. */
  fallback?: string | number | boolean;
}

/** The ways out that a channel may use. */
export interface Ways {
  post(request: OutgoingRequest): Promise<void>;
  mail(mail: OutgoingMail): Promise<void>;
}

/** One kind of channel. */
export interface ChannelType {
  type: NotificationChannelType;
  fields: Record<string, ConfigField>;
  /** Whether several alerts may go in one message. */
  grouped: boolean;
  /** Sends once; rejects with a DeliveryError if the other side did not take it. */
  send(config: ChannelConfig, notification: Notification, ways: Ways): Promise<void>;
}

/** Fields of every channel that shows text. */
export const TEMPLATE_FIELDS = {
  title_template: { kind: 'text' },
  line_template: { kind: 'text' },
} as const satisfies Record<string, ConfigField>;

/** For channels whose servers people run themselves, with certificates of their own. */
export const CA_FIELD = {
  ca: { kind: 'certificates' },
} as const satisfies Record<string, ConfigField>;

/** The templates of a configuration. */
export function templatesOf(config: ChannelConfig): { title?: string; line?: string } {
  return { title: textField(config, 'title_template'), line: textField(config, 'line_template') };
}

/** A text of the configuration, `undefined` if it is not set. */
export function textField(config: ChannelConfig, name: string): string | undefined {
  const value = config[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
