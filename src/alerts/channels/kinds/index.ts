/** Every kind of channel: its fields are in the contract, its sender is here. */
import {
  CHANNEL_KINDS,
  CHANNEL_TEMPLATE_FIELDS,
  type NotificationChannelType,
} from '../../../contracts/index.js';
import type { ChannelSender, ChannelType } from './channel-type.js';
import { discord, slack, teams, telegram } from './chat.js';
import { email } from './email.js';
import { pagerduty } from './pagerduty.js';
import { gotify, ntfy } from './push.js';
import { webhook } from './webhook.js';

const SENDERS: Record<NotificationChannelType, ChannelSender> = {
  email,
  webhook,
  slack,
  discord,
  teams,
  telegram,
  ntfy,
  gotify,
  pagerduty,
};

/** The kind of that name; `undefined` for one that this server does not know. */
export function channelType(name: NotificationChannelType): ChannelType | undefined {
  if (!Object.hasOwn(SENDERS, name)) {
    return undefined;
  }
  const fields = { ...CHANNEL_KINDS[name].fields, ...CHANNEL_TEMPLATE_FIELDS };
  return { type: name, fields, ...SENDERS[name] };
}
