/** Keys and their hashes. A key has 256 random bits, so a plain SHA-256 keeps it safe. */
// The default import links on every Node, so that an old one gets to say that it is too old.
import crypto, { randomBytes } from 'node:crypto';
import type { KeyScope } from '../contracts/index.js';

/** What the keys of this server start with. */
export const KEY_PREFIX = 'psk_';

const SCOPE_PREFIX: Record<KeyScope, string> = {
  machine: `${KEY_PREFIX}m_`,
  enroll: `${KEY_PREFIX}e_`,
  read: `${KEY_PREFIX}r_`,
  prometheus: `${KEY_PREFIX}p_`,
};

/** Characters of a key that may be shown: its prefix and four more. */
const HINT_LENGTH = 10;

/** SHA-256 in base64url, 43 characters. */
export function sha256(text: string): string {
  return crypto.hash('sha256', text, 'base64url');
}

/** A new key and what is kept of it. */
export function newKey(scope: KeyScope): { key: string; key_hash: string; hint: string } {
  const key = SCOPE_PREFIX[scope] + randomBytes(32).toString('base64url');
  return { key, key_hash: sha256(key), hint: key.slice(0, HINT_LENGTH) };
}
