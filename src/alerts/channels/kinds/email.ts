/** Mail through an SMTP server. */
import { textOf, titleOf } from '../message.js';
import {
  CA_FIELD,
  type ChannelType,
  TEMPLATE_FIELDS,
  templatesOf,
  textField,
} from './channel-type.js';

/** One mail a notification, as plain text. */
export const email: ChannelType = {
  type: 'email',
  fields: {
    host: { kind: 'text', required: true },
    port: { kind: 'integer', fallback: 587 },
    secure: { kind: 'flag', fallback: false },
    ...CA_FIELD,
    skip_verify: { kind: 'flag', fallback: false },
    username: { kind: 'text' },
    password: { kind: 'text', secret: true },
    from: { kind: 'text', required: true },
    to: { kind: 'addresses', required: true },
    ...TEMPLATE_FIELDS,
  },
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
