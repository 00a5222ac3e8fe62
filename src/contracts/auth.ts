/** Accounts and keys as answered by the API. */

/** What a person may do: a viewer reads, an admin changes. */
export type Role = 'admin' | 'viewer';

/** What a key is for. `machine` keys belong to one machine and push for it alone. */
export type KeyScope = 'machine' | 'enroll' | 'read' | 'prometheus';

/** Answer of `login`, `refresh` and `POST /auth/token`. */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds until the token ends. */
  expires_in: number;
}

/** A user as answered; never with a secret. */
export interface User {
  id: string;
  email: string;
  role: Role;
  created_at: string;
  last_login_at: string | null;
  /** Whether signing in takes a second factor. */
  totp_enabled: boolean;
}

/** Answer of `GET /api/v1/auth/setup`: whether the first administrator is still to be created. */
export interface SetupState {
  setup_required: boolean;
  auth_required: boolean;
}

/** Body of `POST /api/v1/auth/setup`. */
export interface SetupBody {
  /** The one-time code that the server prints at its start. */
  code: string;
  email: string;
  password: string;
}

/** Answer of `GET /api/v1/auth/me`. */
export interface Me extends User {
  session_id: string;
  /** Recovery codes that were not used yet. */
  recovery_codes_left: number;
}

/** What a person set for themselves, by name: answer of `GET /api/v1/auth/preferences`. */
export type Preferences = Record<string, unknown>;

/** Bounds of one person's preferences. */
export const PREFERENCE_LIMITS = {
  /** Of JSON, in all. */
  bytes: 16_384,
  nameLength: 64,
} as const;

/** One of a person's sessions. */
export interface Session {
  id: string;
  /** The one that asks. */
  current: boolean;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  address: string;
  user_agent: string;
}

/** A key as listed; the key itself is only in the answer that creates it. */
export interface ApiKey {
  id: string;
  name: string;
  scope: KeyScope;
  /** The key's first characters. */
  hint: string;
  machine_id: string | null;
  created_at: string;
  created_by: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  /** How many machines an enrolment key may enrol; `null` is no limit. */
  max_uses: number | null;
  uses: number;
}

/** Answer of `POST /api/v1/api-keys`. */
export interface NewApiKey extends ApiKey {
  /** The key, shown this once. */
  api_key: string;
}

/** One line of the audit log. */
export interface AuditEntry {
  id: string;
  at: string;
  /** `module.verb`, e.g. `user.delete`. */
  action: string;
  outcome: 'success' | 'failure';
  actor_kind: 'user' | 'machine' | 'key' | 'anonymous';
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  target: string | null;
  details: Record<string, unknown>;
}

/** Answer of `POST /api/v1/auth/totp/enable`; each code is good for one sign-in. */
export interface RecoveryCodes {
  recovery_codes: string[];
}

/** Answer of `POST /api/v1/auth/totp`: what an authenticator app needs, shown once. */
export interface TotpOffer {
  /** Base32. */
  secret: string;
  /** `otpauth://…`, for a QR code. */
  uri: string;
}
