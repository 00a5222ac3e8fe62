/** Every kind of channel. */
import type { NotificationChannelType } from '../../../contracts/index.js';
import type { ChannelType } from './channel-type.js';
import { discord, slack, teams, telegram } from './chat.js';
import { email } from './email.js';
import { pagerduty } from './pagerduty.js';
import { gotify, ntfy } from './push.js';
import { webhook } from './webhook.js';

/** In the order in which people choose. */
export const CHANNEL_TYPES: readonly ChannelType[] = [
  webhook,
  email,
  slack,
  discord,
  telegram,
  ntfy,
  gotify,
  teams,
  pagerduty,
];

/** The kind of that name. */
export function channelType(name: NotificationChannelType): ChannelType | undefined {
  return CHANNEL_TYPES.find(({ type }) => type === name);
}
