/** Services that push to phones: ntfy and Gotify. */
import { isRecovery, type Notification, severityOf, textOf, titleOf } from '../message.js';
import { type ChannelSender, templatesOf, textField } from './channel-type.js';
import { cut, cutBytes } from './cut.js';

function priorityOf(
  notification: Notification,
  priorities: { info: number; warning: number; critical: number; recovery: number },
): number {
  return isRecovery(notification) ? priorities.recovery : priorities[severityOf(notification)];
}

/** What ntfy shows as a message; more becomes an attachment (https://docs.ntfy.sh/publish/#limitations). */
const NTFY_MESSAGE_BYTES = 4_096;

/** A topic of ntfy.sh or of one's own ntfy server. */
export const ntfy: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    const token = textField(config, 'token');
    await post({
      // JSON goes to the root of the server, also if the address of a topic was given.
      url: new URL('/', String(config.url)).href,
      body: JSON.stringify({
        topic: String(config.topic),
        title: cut(titleOf(notification, templates), 250),
        message: cutBytes(textOf(notification, templates), NTFY_MESSAGE_BYTES),
        priority: priorityOf(notification, { info: 2, warning: 4, critical: 5, recovery: 3 }),
        tags: [isRecovery(notification) ? 'white_check_mark' : 'warning'],
      }),
      headers: token ? { authorization: `Bearer ${token}` } : undefined,
      ca: textField(config, 'ca'),
    });
  },
};

/** An application of a Gotify server. */
export const gotify: ChannelSender = {
  grouped: true,
  async send(config, notification, { post }) {
    const templates = templatesOf(config);
    await post({
      url: `${String(config.url).replace(/\/+$/, '')}/message`,
      body: JSON.stringify({
        title: titleOf(notification, templates),
        message: textOf(notification, templates),
        priority: priorityOf(notification, { info: 2, warning: 5, critical: 8, recovery: 4 }),
      }),
      headers: { 'x-gotify-key': String(config.token) },
      ca: textField(config, 'ca'),
    });
  },
};
