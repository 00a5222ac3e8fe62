/** Checks a channel's configuration against its kind's fields, and keeps secrets apart. Pure. */
import type { ChannelField } from '../../contracts/index.js';
import type { ChannelConfig } from './channel.entity.js';
import type { ChannelType } from './kinds/channel-type.js';
import { readCertificates } from './outgoing/trust.js';

/** What is answered in the place of a secret that is set; given back, it leaves the secret as it is. */
export const MASK = '********';

const MAX_TEXT = 2_000;
const MAX_ADDRESSES = 50;
const MAX_PEM = 20_000;

/** The configuration with its fallbacks, and what is wrong with it. */
export function checkConfig(
  type: ChannelType,
  given: unknown,
  secretsBefore: ChannelConfig = {},
): { config: ChannelConfig; faults: string[] } {
  const faults: string[] = [];
  const config: ChannelConfig = {};
  const values = withAliases(type, isRecord(given) ? given : {});
  for (const name of Object.keys(values).filter((key) => !Object.hasOwn(type.fields, key))) {
    faults.push(`config.${name} is not a known field of ${type.type}`);
  }
  for (const [name, field] of Object.entries(type.fields)) {
    const value = values[name] === MASK && field.secret ? secretsBefore[name] : values[name];
    if (value === undefined || value === null || value === '') {
      if (field.fallback !== undefined) {
        config[name] = field.fallback;
      } else if (field.required) {
        faults.push(`config.${name} must be given`);
      }
      continue;
    }
    const checked = checkField(field, value);
    if (checked === null) {
      faults.push(`config.${name} must be ${WANTED[field.kind]}`);
    } else {
      config[name] = checked;
    }
  }
  return { config, faults };
}

/** Splits a configuration into what may be shown and what may not. */
export function splitSecrets(
  type: ChannelType,
  config: ChannelConfig,
): { shown: ChannelConfig; secrets: ChannelConfig } {
  const entries = Object.entries(config);
  const isSecret = ([name]: [string, unknown]) => type.fields[name]?.secret === true;
  return {
    shown: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(entries.filter(isSecret)),
  };
}

const WANTED: Record<ChannelField['kind'], string> = {
  url: 'an address that starts with https:// or http:// and holds no password',
  text: `text of 1 to ${MAX_TEXT} characters`,
  integer: 'a port from 1 to 65535',
  flag: 'true or false',
  certificates: `certificates as PEM text of at most ${MAX_PEM} characters`,
  addresses: `1 to ${MAX_ADDRESSES} e-mail addresses`,
};

function checkField({ kind }: ChannelField, value: unknown): ChannelConfig[string] | null {
  switch (kind) {
    case 'url':
      return isHttpUrl(value) ? value : null;
    case 'text':
      return checkText(value);
    case 'integer':
      return isPort(value) ? Number(value) : null;
    case 'flag':
      return typeof value === 'boolean' ? value : null;
    case 'addresses':
      return checkAddresses(value);
    case 'certificates':
      return isPem(value) ? value : null;
  }
}

function checkText(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.length <= MAX_TEXT && !/[\r\n\0]/.test(text)
    ? text
    : null;
}

function isHttpUrl(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_TEXT || !URL.canParse(value)) {
    return false;
  }
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function isPort(value: unknown): boolean {
  const port = Number(value);
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isPem(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_PEM && readCertificates(value) !== null;
}

function checkAddresses(value: unknown): string[] | null {
  const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  return Array.isArray(list) &&
    list.length > 0 &&
    list.length <= MAX_ADDRESSES &&
    list.every((entry) => typeof entry === 'string' && /^[^@\s<>]+@[^@\s<>]+$/.test(entry))
    ? list
    : null;
}

/** `auth: {user, pass}` as mail programs write it, and `webhook_url` as chats call it. */
function withAliases(type: ChannelType, given: Record<string, unknown>): Record<string, unknown> {
  const { auth, user, pass, webhook_url, ...rest } = given;
  const credentials = isRecord(auth) ? auth : { user, pass };
  const aliases: Record<string, unknown> =
    type.type === 'email'
      ? { username: credentials.user, password: credentials.pass }
      : { url: webhook_url };
  const known = Object.entries(aliases).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), ...rest };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
