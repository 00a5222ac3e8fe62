/** Requests that only administrators may send: users, keys, the audit log, the server. */
import type {
  ApiKey,
  AuditEntry,
  KeyScope,
  NewApiKey,
  Page,
  Role,
  ServerStatus,
  User,
} from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

const PAGE_SIZE = 50;

/** One page of the users, by e-mail address. */
export function fetchUsers(
  api: ApiClient,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<User>> {
  return api.request<Page<User>>('/users', { query: { limit: PAGE_SIZE, cursor }, signal });
}

/** Adds a user. */
export function createUser(
  api: ApiClient,
  body: { email: string; password: string; role: Role },
): Promise<User> {
  return api.request<User>('/users', { method: 'POST', body });
}

/** Changes a user, which ends the user's sessions; what is absent stays. */
export function changeUser(
  api: ApiClient,
  id: string,
  body: { email?: string; password?: string; role?: Role },
): Promise<User> {
  return api.request<User>(`/users/${encodeURIComponent(id)}`, { method: 'PATCH', body });
}

/** Deletes a user. */
export function deleteUser(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/users/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Takes the second factor off a user who lost it. */
export function removeSecondFactor(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/users/${encodeURIComponent(id)}/totp`, { method: 'DELETE' });
}

/** Filters of the list of keys; without a scope all but those of machines. */
export interface KeyQuery {
  scope: KeyScope | undefined;
  revoked: boolean;
}

/** One page of keys, newest first. */
export function fetchKeys(
  api: ApiClient,
  { scope, revoked }: KeyQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<ApiKey>> {
  return api.request<Page<ApiKey>>('/api-keys', {
    query: { scope, revoked: String(revoked), limit: PAGE_SIZE, cursor },
    signal,
  });
}

/** A key to be made; `expires_at` in epoch milliseconds, `null` is never. */
export interface KeyDraft {
  name: string;
  scope: Exclude<KeyScope, 'machine'>;
  expires_at: number | null;
  max_uses: number | null;
}

/** Makes a key; only this answer carries it. */
export function createKey(api: ApiClient, body: KeyDraft): Promise<NewApiKey> {
  return api.request<NewApiKey>('/api-keys', { method: 'POST', body });
}

/** Revokes a key, also that of a machine. */
export function revokeKey(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/api-keys/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Filters of the audit log; `from` and `to` in epoch milliseconds, `to` exclusive. */
export interface AuditQuery {
  action?: string;
  actor?: string;
  outcome?: AuditEntry['outcome'];
  from?: number;
  to?: number;
}

/** One page of the audit log, newest first. */
export function fetchAudit(
  api: ApiClient,
  filters: AuditQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<AuditEntry>> {
  return api.request<Page<AuditEntry>>('/audit', {
    query: { ...filters, limit: PAGE_SIZE, cursor },
    signal,
  });
}

/** How the server itself is doing. */
export function fetchServer(api: ApiClient, signal: AbortSignal): Promise<ServerStatus> {
  return api.request<ServerStatus>('/server', { signal });
}
