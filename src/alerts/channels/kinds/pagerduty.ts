/** PagerDuty Events API v2: one incident an alert, closed when the alert ends. */
import { textOf, titleOf } from '../message.js';
import { type ChannelSender, templatesOf, textField } from './channel-type.js';
import { cut } from './cut.js';

/** The alert's id is the incident's key, so that repetitions and recoveries find it. */
export const pagerduty: ChannelSender = {
  grouped: false,
  async send(config, notification, { post }) {
    const [{ kind, alert }] = notification.items;
    const templates = templatesOf(config);
    const base = textField(config, 'url')?.replace(/\/+$/, '');
    const event = (event_action: 'trigger' | 'resolve') => ({
      url: `${base}/v2/enqueue`,
      body: JSON.stringify({
        routing_key: String(config.routing_key),
        event_action,
        dedup_key: alert.id,
        client: 'procspy',
        payload: {
          summary: cut(titleOf(notification, templates), 1_024),
          source: alert.machine_name,
          severity: alert.severity,
          timestamp: alert.fired_at ?? notification.sentAt,
          component: alert.device?.name,
          class: alert.metric,
          custom_details: { text: textOf(notification, templates), machine_id: alert.machine_id },
        },
      }),
    });
    await post(event(kind === 'resolved' ? 'resolve' : 'trigger'));
    if (kind === 'test') {
      // A test leaves no incident behind.
      await post(event('resolve'));
    }
  },
};
