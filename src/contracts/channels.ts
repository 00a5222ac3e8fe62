/**
 * Every kind of notification channel and what its configuration holds. The server checks it, the
 * dashboard makes its form of it. To add a kind, add it here and its sender in
 * `src/alerts/channels/kinds`, which the compiler then asks for.
 */

/** One field of a channel's configuration. */
export interface ChannelField {
  kind: 'url' | 'text' | 'integer' | 'flag' | 'addresses' | 'certificates';
  /** Its name in a form. */
  label: string;
  required?: true;
  /** Kept sealed and never answered; left empty on a change, it stays as it is. */
  secret?: true;
  /** Used where the field is absent. */
  fallback?: string | number | boolean;
  /** An example for a form; by default the fallback. */
  placeholder?: string;
}

/** A kind of channel, with its fields in the order of a form. */
export interface ChannelKind {
  label: string;
  fields: Readonly<Record<string, ChannelField>>;
}

/** For servers that people run themselves, with certificates of their own. */
const CERTIFICATE: ChannelField = {
  kind: 'certificates',
  label: 'Certificate of the server, or of its authority',
  placeholder: 'PEM text; empty: the public authorities',
};

const webhookUrl = (placeholder: string): ChannelField => ({
  kind: 'url',
  label: 'Webhook URL',
  required: true,
  secret: true,
  placeholder,
});

/** By `type`, in the order in which people choose. */
export const CHANNEL_KINDS = {
  email: {
    label: 'E-mail',
    fields: {
      host: { kind: 'text', label: 'Mail server', required: true },
      port: { kind: 'integer', label: 'Port', fallback: 587 },
      secure: { kind: 'flag', label: 'TLS from the start (port 465)', fallback: false },
      ca: CERTIFICATE,
      skip_verify: {
        kind: 'flag',
        label: 'Accept any certificate (not safe)',
        fallback: false,
      },
      username: { kind: 'text', label: 'User name' },
      password: { kind: 'text', label: 'Password', secret: true },
      from: { kind: 'text', label: 'From', required: true },
      to: {
        kind: 'addresses',
        label: 'To',
        required: true,
        placeholder: 'separate several by commas',
      },
    },
  },
  webhook: {
    label: 'Webhook',
    fields: {
      url: { kind: 'url', label: 'URL', required: true },
      secret: { kind: 'text', label: 'Secret that signs the messages', secret: true },
      ca: CERTIFICATE,
    },
  },
  slack: {
    label: 'Slack',
    fields: { url: webhookUrl('https://hooks.slack.com/services/…'), ca: CERTIFICATE },
  },
  discord: {
    label: 'Discord',
    fields: { url: webhookUrl('https://discord.com/api/webhooks/…') },
  },
  teams: { label: 'Microsoft Teams', fields: { url: webhookUrl('https://…') } },
  telegram: {
    label: 'Telegram',
    fields: {
      token: { kind: 'text', label: 'Bot token', required: true, secret: true },
      chat_id: { kind: 'text', label: 'Chat', required: true },
      url: { kind: 'url', label: 'Server', fallback: 'https://api.telegram.org' },
      ca: CERTIFICATE,
    },
  },
  ntfy: {
    label: 'ntfy',
    fields: {
      topic: { kind: 'text', label: 'Topic', required: true },
      url: { kind: 'url', label: 'Server', fallback: 'https://ntfy.sh' },
      token: { kind: 'text', label: 'Access token', secret: true },
      ca: CERTIFICATE,
    },
  },
  gotify: {
    label: 'Gotify',
    fields: {
      url: { kind: 'url', label: 'Server', required: true },
      token: { kind: 'text', label: 'Application token', required: true, secret: true },
      ca: CERTIFICATE,
    },
  },
  pagerduty: {
    label: 'PagerDuty',
    fields: {
      routing_key: { kind: 'text', label: 'Routing key', required: true, secret: true },
      url: { kind: 'url', label: 'Server', fallback: 'https://events.pagerduty.com' },
    },
  },
} as const satisfies Record<string, ChannelKind>;

/** Name of a kind of channel. */
export type NotificationChannelType = keyof typeof CHANNEL_KINDS;

/** Fields of every channel beside its own: how alerts are worded. */
export const CHANNEL_TEMPLATE_FIELDS = {
  title_template: { kind: 'text', label: 'Title' },
  line_template: { kind: 'text', label: 'Line of an alert' },
} as const satisfies Record<string, ChannelField>;
