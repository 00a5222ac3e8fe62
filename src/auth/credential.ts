/** A credential that was found to be good. */
import type { Principal } from './principal.js';

/** Whom a credential stands for, and until when that may be believed. */
export interface Credential {
  principal: Exclude<Principal, { kind: 'anonymous' }>;
  via: 'key' | 'token';
  /** Id of the key or session that it lives by; the credential ends when that is revoked. */
  life: string;
  /** Epoch milliseconds; `Infinity` for keys without an end. */
  expiresAt: number;
}
