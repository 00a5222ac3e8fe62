/** Mail through an SMTP server. */
import { textOf, titleOf } from '../message.js';
import { type ChannelSender, templatesOf, textField } from './channel-type.js';

/** One mail a notification, as plain text. */
export const email: ChannelSender = {
  grouped: true,
  async send(config, notification, { mail }) {
    const templates = templatesOf(config);
    const user = textField(config, 'username');
    const [first] = notification.items;
    await mail({
      host: String(config.host),
      port: Number(config.port),
      secure: config.secure === true,
      ca: textField(config, 'ca'),
      skipVerify: config.skip_verify === true,
      auth: user ? { user, pass: textField(config, 'password') ?? '' } : undefined,
      from: String(config.from),
      to: config.to as string[],
      subject: titleOf(notification, templates),
      text: `${textOf(notification, templates)}\n\n${notification.sentAt}\n`,
      messageId: `<${first.id}@procspy>`,
    });
  },
};
