/** Rules of which nobody hears. Pure functions. */
import type { AlertRule, NotificationChannel } from '../../../src/contracts/index.js';
import { notifiedNames } from './alert-text.js';

/** The enabled rules that tell nobody. */
export function untoldRules(
  rules: readonly AlertRule[],
  channels: readonly NotificationChannel[],
): AlertRule[] {
  return rules.filter((rule) => rule.enabled && notifiedNames(rule, channels).length === 0);
}

/** The page on which that is mended soonest. */
export function mendUntold(
  untold: readonly AlertRule[],
  channels: readonly NotificationChannel[],
): { to: string; label: string } {
  if (channels.length === 0) return { to: '/alerts/channels?new', label: 'Add a channel' };
  const [first, ...more] = untold;
  if (first !== undefined && more.length === 0) {
    return { to: `/alerts/rules?edit=${first.id}`, label: 'Choose a channel' };
  }
  if (untold.some(({ channel_ids }) => channel_ids.length === 0)) {
    return { to: '/alerts/channels', label: 'Make a channel the default' };
  }
  return { to: '/alerts/rules', label: 'Choose channels' };
}
