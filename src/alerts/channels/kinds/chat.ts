/** Chats that take a message by a webhook: Slack, Discord, Microsoft Teams, Telegram. */
import {
  isRecovery,
  type Notification,
  severityOf,
  textOf,
  titleOf,
  withNames,
} from '../message.js';
import { type ChannelSender, templatesOf, textField } from './channel-type.js';
import { cut, cutBytes } from './cut.js';

const COLORS = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 } as const;
const RECOVERED = 0x16a34a;

function colorOf(notification: Notification): number {
  return isRecovery(notification) ? RECOVERED : COLORS[severityOf(notification)];
}

/** The three characters that Slack reads as markup (https://docs.slack.dev/messaging/formatting-message-text). */
function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Slack accepts more, but shows no more than that well (https://docs.slack.dev/reference/methods/chat.postMessage). */
const SLACK_TEXT = 3_000;

/** An incoming webhook of Slack. */
export const slack: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const title = escapeSlack(cut(titleOf(notification, templates), SLACK_TEXT));
    await post({
      url: String(config.url),
      body: JSON.stringify({
        text: title,
        // There is no escape for * and _, which would format a name.
        mrkdwn: false,
        attachments: [
          {
            color: `#${colorOf(notification).toString(16).padStart(6, '0')}`,
            mrkdwn_in: [],
            text: escapeSlack(cut(textOf(notification, templates), SLACK_TEXT)),
          },
        ],
      }),
      ca: textField(config, 'ca'),
    });
  },
};

/**
 * Markdown in a name would format it, or make a link, an emoji, a heading or a list of it
 * (https://support.discord.com/hc/articles/210298617).
 */
export function escapeMarkdown(name: string): string {
  return name.replace(/[\\`*_~|[\]<]|:(?=[\w+-]+:)|^[#>+-]/g, '\\$&');
}

/** A webhook of a Discord channel; lengths are Discord's limits, and nobody is mentioned. */
export const discord: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const escaped = withNames(notification, escapeMarkdown);
    await post({
      url: String(config.url),
      body: JSON.stringify({
        username: 'procspy',
        allowed_mentions: { parse: [] },
        embeds: [
          {
            title: cut(titleOf(escaped, templates), 256),
            description: cut(textOf(escaped, templates), 4_096),
            color: colorOf(notification),
            timestamp: notification.sentAt,
          },
        ],
      }),
    });
  },
};

/** Teams takes messages of 28 kB (https://learn.microsoft.com/microsoftteams/limits-specifications-teams). */
const TEAMS_TEXT_BYTES = 16_000;

/** A TextBlock would read Markdown in names; a run shows what it is given. */
function cardLine(text: string, look: { weight?: string; color?: string } = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...look }] };
}

/** A Teams workflow that was made for webhook requests; takes an adaptive card. */
export const teams: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const lines = cutBytes(textOf(notification, templates), TEAMS_TEXT_BYTES).split('\n');
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
                cardLine(cut(titleOf(notification, templates), 1_000), { weight: 'Bolder', color }),
                ...lines.map((line) => cardLine(line)),
              ],
            },
          },
        ],
      }),
    });
  },
};

/** A bot of Telegram; plain text, so that nothing needs escaping. */
export const telegram: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const text = `${titleOf(notification, templates)}\n${textOf(notification, templates)}`;
    const base = textField(config, 'url')?.replace(/\/+$/, '');
    // The colon within a token is written as it is in Telegram's documentation.
    const token = encodeURIComponent(String(config.token)).replace('%3A', ':');
    await post({
      url: `${base}/bot${token}/sendMessage`,
      body: JSON.stringify({
        chat_id: String(config.chat_id),
        text: cut(text, 4_096),
        link_preview_options: { is_disabled: true },
      }),
      ca: textField(config, 'ca'),
    });
  },
};
