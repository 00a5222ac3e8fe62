/** Chats that take a message by a webhook: Slack, Discord, Microsoft Teams, Telegram. */
import { isRecovery, type Notification, severityOf, textOf, titleOf } from '../message.js';
import { type ChannelType, TEMPLATE_FIELDS, templatesOf, textField } from './channel-type.js';

const COLORS = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 } as const;
const RECOVERED = 0x16a34a;

function colorOf(notification: Notification): number {
  return isRecovery(notification) ? RECOVERED : COLORS[severityOf(notification)];
}

/** The three characters that Slack reads as markup (https://docs.slack.dev/messaging/formatting-message-text). */
function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** An incoming webhook of Slack. */
export const slack: ChannelType = {
  type: 'slack',
  fields: { url: { kind: 'url', required: true, secret: true }, ...TEMPLATE_FIELDS },
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const title = escapeSlack(titleOf(notification, templates));
    await post({
      url: String(config.url),
      body: JSON.stringify({
        text: title,
        attachments: [
          {
            color: `#${colorOf(notification).toString(16).padStart(6, '0')}`,
            text: escapeSlack(textOf(notification, templates)),
          },
        ],
      }),
    });
  },
};

/** A webhook of a Discord channel; lengths are Discord's limits, and nobody is mentioned. */
export const discord: ChannelType = {
  type: 'discord',
  fields: { url: { kind: 'url', required: true, secret: true }, ...TEMPLATE_FIELDS },
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    await post({
      url: String(config.url),
      body: JSON.stringify({
        username: 'procspy',
        allowed_mentions: { parse: [] },
        embeds: [
          {
            title: titleOf(notification, templates).slice(0, 256),
            description: textOf(notification, templates).slice(0, 4_096),
            color: colorOf(notification),
            timestamp: notification.sentAt,
          },
        ],
      }),
    });
  },
};

/** A Teams workflow that was made for webhook requests; takes an adaptive card. */
export const teams: ChannelType = {
  type: 'teams',
  fields: { url: { kind: 'url', required: true, secret: true }, ...TEMPLATE_FIELDS },
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const color = isRecovery(notification)
      ? 'Good'
      : { info: 'Accent', warning: 'Warning', critical: 'Attention' }[severityOf(notification)];
    await post({
      url: String(config.url),
      body: JSON.stringify({
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
              type: 'AdaptiveCard',
              version: '1.4',
              body: [
                {
                  type: 'TextBlock',
                  text: titleOf(notification, templates),
                  weight: 'Bolder',
                  color,
                  wrap: true,
                },
                // A blank line makes a new line in a card.
                {
                  type: 'TextBlock',
                  text: textOf(notification, templates).replace(/\n/g, '\n\n'),
                  wrap: true,
                },
              ],
            },
          },
        ],
      }),
    });
  },
};

/** A bot of Telegram; plain text, so that nothing needs escaping. */
export const telegram: ChannelType = {
  type: 'telegram',
  fields: {
    token: { kind: 'text', required: true, secret: true },
    chat_id: { kind: 'text', required: true },
    url: { kind: 'url', fallback: 'https://api.telegram.org' },
    ...TEMPLATE_FIELDS,
  },
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const text = `${titleOf(notification, templates)}\n${textOf(notification, templates)}`;
    const base = textField(config, 'url')?.replace(/\/+$/, '');
    await post({
      url: `${base}/bot${encodeURIComponent(String(config.token))}/sendMessage`,
      body: JSON.stringify({
        chat_id: String(config.chat_id),
        text: text.slice(0, 4_096),
        link_preview_options: { is_disabled: true },
      }),
    });
  },
};
