/** Any receiver of JSON, signed if it has a secret. */
import { createHmac } from 'node:crypto';
import { severityOf, textOf, titleOf } from '../message.js';
import { type ChannelSender, templatesOf, textField } from './channel-type.js';

/** `t=…,v1=…`: HMAC-SHA256 of the time in seconds, a dot and the body, in hex. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** POSTs the alerts as they are answered by the API. */
export const webhook: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const [first] = notification.items;
    const templates = templatesOf(config);
    const body = JSON.stringify({
      version: 1,
      id: first.id,
      sent_at: notification.sentAt,
      severity: severityOf(notification),
      title: titleOf(notification, templates),
      text: textOf(notification, templates),
      alerts: notification.items.map(({ id, kind, alert }) => ({ id, kind, alert })),
    });
    const secret = textField(config, 'secret');
    const seconds = Math.floor(Date.parse(notification.sentAt) / 1_000);
    await post({
      url: String(config.url),
      body,
      headers: {
        'x-procspy-delivery': first.id,
        ...(secret && { 'x-procspy-signature': signatureOf(secret, seconds, body) }),
      },
      ca: textField(config, 'ca'),
    });
  },
};
