/** PagerDuty Events API v2: one incident an alert, closed when the alert ends. */
import { textOf, titleOf } from '../message.js';
import { type ChannelType, TEMPLATE_FIELDS, templatesOf, textField } from './channel-type.js';

/** The alert's id is the incident's key, so that repetitions and recoveries find it. */
export const pagerduty: ChannelType = {
  type: 'pagerduty',
  fields: {
    routing_key: { kind: 'text', required: true, secret: true },
    url: { kind: 'url', fallback: 'https://events.pagerduty.com' },
    ...TEMPLATE_FIELDS,
  },
  grouped: false,
  async send(config, notification, { post }) {
    const [{ kind, alert }] = notification.items;
    const templates = templatesOf(config);
    const base = textField(config, 'url')?.replace(/\/+$/, '');
    await post({
      url: `${base}/v2/enqueue`,
      body: JSON.stringify({
        routing_key: String(config.routing_key),
        event_action: kind === 'resolved' ? 'resolve' : 'trigger',
        dedup_key: alert.id,
        client: 'procspy',
        payload: {
          summary: titleOf(notification, templates).slice(0, 1_024),
          source: alert.machine_name,
          severity: alert.severity,
          timestamp: alert.fired_at ?? notification.sentAt,
          component: alert.device?.name,
          class: alert.metric,
          custom_details: { text: textOf(notification, templates), machine_id: alert.machine_id },
        },
      }),
    });
  },
};
