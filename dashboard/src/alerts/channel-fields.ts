/** What each kind of notification channel needs, in the order of its form. The server checks it. */
import type { NotificationChannel, NotificationChannelType } from '../../../src/contracts/index.js';

/** One field of a channel's configuration. */
export interface ChannelField {
  name: string;
  label: string;
  /** `lines` is text that may have several. */
  kind: 'text' | 'lines' | 'number' | 'flag';
  required?: true;
  /** Never answered by the server; left empty on a change, it stays as it is. */
  secret?: true;
  /** An example, or what is used where the field is left empty. */
  placeholder?: string;
}

/** A kind of channel by its name for people. */
export interface ChannelKind {
  type: NotificationChannelType;
  label: string;
  fields: readonly ChannelField[];
}

const hook = (placeholder: string): ChannelField => ({
  name: 'url',
  label: 'Address of the web hook',
  kind: 'text',
  required: true,
  secret: true,
  placeholder,
});

/** For servers that people run themselves. */
const CERTIFICATE: ChannelField = {
  name: 'ca',
  label: 'Certificate of the server, or of its authority',
  kind: 'lines',
  placeholder: 'PEM text; empty: the public authorities',
};

/** Every kind of channel. */
export const CHANNEL_KINDS: readonly ChannelKind[] = [
  {
    type: 'email',
    label: 'E-mail',
    fields: [
      { name: 'host', label: 'Mail server', kind: 'text', required: true },
      { name: 'port', label: 'Port', kind: 'number', placeholder: '587' },
      { name: 'secure', label: 'TLS from the start (port 465)', kind: 'flag' },
      CERTIFICATE,
      { name: 'skip_verify', label: 'Take any certificate (not safe)', kind: 'flag' },
      { name: 'username', label: 'User name', kind: 'text' },
      { name: 'password', label: 'Password', kind: 'text', secret: true },
      { name: 'from', label: 'From', kind: 'text', required: true },
      {
        name: 'to',
        label: 'To',
        kind: 'text',
        required: true,
        placeholder: 'several with commas between them',
      },
    ],
  },
  {
    type: 'webhook',
    label: 'Webhook',
    fields: [
      { name: 'url', label: 'Address', kind: 'text', required: true },
      { name: 'secret', label: 'Secret that signs the messages', kind: 'text', secret: true },
      CERTIFICATE,
    ],
  },
  {
    type: 'slack',
    label: 'Slack',
    fields: [hook('https://hooks.slack.com/services/…'), CERTIFICATE],
  },
  { type: 'discord', label: 'Discord', fields: [hook('https://discord.com/api/webhooks/…')] },
  { type: 'teams', label: 'Microsoft Teams', fields: [hook('https://…')] },
  {
    type: 'telegram',
    label: 'Telegram',
    fields: [
      { name: 'token', label: "Bot's token", kind: 'text', required: true, secret: true },
      { name: 'chat_id', label: 'Chat', kind: 'text', required: true },
      { name: 'url', label: 'Server', kind: 'text', placeholder: 'https://api.telegram.org' },
      CERTIFICATE,
    ],
  },
  {
    type: 'ntfy',
    label: 'ntfy',
    fields: [
      { name: 'topic', label: 'Topic', kind: 'text', required: true },
      { name: 'url', label: 'Server', kind: 'text', placeholder: 'https://ntfy.sh' },
      { name: 'token', label: 'Access token', kind: 'text', secret: true },
      CERTIFICATE,
    ],
  },
  {
    type: 'gotify',
    label: 'Gotify',
    fields: [
      { name: 'url', label: 'Server', kind: 'text', required: true },
      { name: 'token', label: "Application's token", kind: 'text', required: true, secret: true },
      CERTIFICATE,
    ],
  },
  {
    type: 'pagerduty',
    label: 'PagerDuty',
    fields: [
      { name: 'routing_key', label: 'Routing key', kind: 'text', required: true, secret: true },
      { name: 'url', label: 'Server', kind: 'text', placeholder: 'https://events.pagerduty.com' },
    ],
  },
];

/** The kind of a type. */
export function channelKind(type: NotificationChannelType): ChannelKind {
  return CHANNEL_KINDS.find((kind) => kind.type === type) ?? { type, label: type, fields: [] };
}

/** A channel as the form holds it; `config` by field name. */
export interface ChannelDraft {
  name: string;
  type: NotificationChannelType;
  enabled: boolean;
  default: boolean;
  config: Record<string, string | boolean>;
}

/** What the API takes: the body of a creation, and of a change. */
export type ChannelBody = Omit<ChannelDraft, 'config'> & { config: Record<string, unknown> };

/** The form's start for a channel, or for a new one. */
export function channelDraft(channel: NotificationChannel | null): ChannelDraft {
  if (channel === null) {
    return { name: '', type: 'email', enabled: true, default: true, config: {} };
  }
  const config: ChannelDraft['config'] = {};
  for (const { name, kind, secret } of channelKind(channel.type).fields) {
    const value = channel.config[name];
    if (kind === 'flag') config[name] = value === true;
    else if (!secret && value != null) config[name] = textOf(value);
  }
  const { name, type, enabled, default: isDefault } = channel;
  return { name, type, enabled, default: isDefault, config };
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** The body for the API; empty fields are left out, and secrets left empty stay as `before` has them. */
export function channelBody(draft: ChannelDraft, before: NotificationChannel | null): ChannelBody {
  const kind = channelKind(draft.type);
  // Fields that the form does not show, templates for instance, stay.
  const known = kind.fields.map(({ name }) => name);
  const config: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(before?.config ?? {})) {
    if (!known.includes(name)) config[name] = value;
  }
  for (const { name, kind: fieldKind, secret } of kind.fields) {
    const value = draft.config[name];
    if (typeof value === 'boolean') config[name] = value;
    else if (value === undefined || value.trim() === '') {
      if (secret && before?.config[name] != null) config[name] = before.config[name];
    } else config[name] = fieldKind === 'number' ? Number(value) : value.trim();
  }
  return { ...draft, name: draft.name.trim(), config };
}

/** What is missing in a draft, by the form's field path; empty if nothing is. */
export function channelFaults(
  draft: ChannelDraft,
  before: NotificationChannel | null,
): Record<string, string> {
  const faults: Record<string, string> = {};
  if (draft.name.trim() === '') faults.name = 'Give the channel a name';
  const { config } = channelBody(draft, before);
  for (const { name, required, kind } of channelKind(draft.type).fields) {
    const value = config[name];
    if (required && value === undefined) faults[`config.${name}`] = 'Must be given';
    if (kind === 'number' && value !== undefined && !Number.isInteger(value)) {
      faults[`config.${name}`] = 'Must be a whole number';
    }
  }
  return faults;
}
