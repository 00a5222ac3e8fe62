/** The form of a notification channel; its fields come from the contract. */
import {
  CHANNEL_KINDS,
  type ChannelKind,
  type NotificationChannel,
  type NotificationChannelType,
} from '../../../src/contracts/index.js';

/** One field of the form. */
export interface ChannelInput {
  name: string;
  label: string;
  /** `lines` is text of one or more lines. */
  kind: 'text' | 'lines' | 'number' | 'flag';
  required?: true;
  secret?: true;
  placeholder?: string;
}

const INPUT_KINDS = {
  url: 'text',
  text: 'text',
  addresses: 'text',
  integer: 'number',
  flag: 'flag',
  certificates: 'lines',
} as const;

/** The kinds of channels with their display names. */
export const CHANNEL_CHOICES = Object.entries(CHANNEL_KINDS).map(([type, { label }]) => ({
  value: type as NotificationChannelType,
  label,
}));

/** The display name of a kind; the API's name for a kind unknown to this version of the page. */
export function channelLabel(type: NotificationChannelType): string {
  return kindOf(type)?.label ?? type;
}

/** The fields of a kind, in the order of the form. */
export function channelInputs(type: NotificationChannelType): ChannelInput[] {
  const fields = Object.entries(kindOf(type)?.fields ?? {});
  return fields.map(([name, { kind, label, required, secret, fallback, placeholder }]) => ({
    name,
    label,
    kind: INPUT_KINDS[kind],
    required,
    secret,
    placeholder: placeholder ?? (fallback === undefined ? undefined : String(fallback)),
  }));
}

function kindOf(type: NotificationChannelType): ChannelKind | undefined {
  return Object.hasOwn(CHANNEL_KINDS, type) ? CHANNEL_KINDS[type] : undefined;
}

/** The values of the form; `config` by field name. */
export interface ChannelDraft {
  name: string;
  type: NotificationChannelType;
  enabled: boolean;
  default: boolean;
  config: Record<string, string | boolean>;
}

/** Request bodies of the API, for creating and for changing a channel. */
export type ChannelBody = Omit<ChannelDraft, 'config'> & { config: Record<string, unknown> };

/** The initial values for a channel, or for a new one. */
export function channelDraft(channel: NotificationChannel | null): ChannelDraft {
  if (channel === null) {
    return { name: '', type: 'email', enabled: true, default: true, config: {} };
  }
  const config: ChannelDraft['config'] = {};
  for (const { name, kind, secret } of channelInputs(channel.type)) {
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

/**
 * The request body. Empty fields are left out; secrets left empty keep their value from `before`.
 */
export function channelBody(draft: ChannelDraft, before: NotificationChannel | null): ChannelBody {
  const inputs = channelInputs(draft.type);
  // Fields that the form does not show, such as templates, are kept.
  const known = inputs.map(({ name }) => name);
  const config: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(before?.config ?? {})) {
    if (!known.includes(name)) config[name] = value;
  }
  for (const { name, kind: fieldKind, secret } of inputs) {
    const value = draft.config[name];
    if (typeof value === 'boolean') config[name] = value;
    else if (value === undefined || value.trim() === '') {
      if (secret && before?.config[name] != null) config[name] = before.config[name];
    } else config[name] = fieldKind === 'number' ? Number(value) : value.trim();
  }
  return { ...draft, name: draft.name.trim(), config };
}

/** The missing fields of a draft, by the form's field path; empty if none is missing. */
export function channelErrors(
  draft: ChannelDraft,
  before: NotificationChannel | null,
): Record<string, string> {
  const errors: Record<string, string> = {};
  if (draft.name.trim() === '') errors.name = 'Give the channel a name';
  const { config } = channelBody(draft, before);
  for (const { name, required, kind } of channelInputs(draft.type)) {
    const value = config[name];
    if (required && value === undefined) errors[`config.${name}`] = 'Must be given';
    if (kind === 'number' && value !== undefined && !Number.isInteger(value)) {
      errors[`config.${name}`] = 'Must be a whole number';
    }
  }
  return errors;
}
