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
