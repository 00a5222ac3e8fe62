/** Requests about one's own account. */
import type {
  Me,
  Page,
  RecoveryCodes,
  Session,
  TotpOffer,
} from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** The signed-in person. */
export function fetchMe(api: ApiClient, signal: AbortSignal): Promise<Me> {
  return api.request<Me>('/auth/me', { signal });
}

/** Changes one's own password, which ends all other sessions. */
export function changePassword(api: ApiClient, current: string, next: string): Promise<void> {
  return api.request<void>('/auth/password', {
    method: 'POST',
    body: { current_password: current, new_password: next },
  });
}

/** One's own living sessions, latest use first. */
export async function fetchSessions(api: ApiClient, signal: AbortSignal): Promise<Session[]> {
  return (await api.request<Page<Session>>('/auth/sessions', { signal })).items;
}

/** Ends one of one's own sessions. */
export function endSession(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Ends all of one's own sessions but the one that asks. */
export function endOtherSessions(api: ApiClient): Promise<void> {
  return api.request<void>('/auth/sessions', { method: 'DELETE', query: { others: 'true' } });
}

/** Asks for a secret for an authenticator app; it counts once it is enabled. */
export function offerSecondFactor(api: ApiClient, password: string): Promise<TotpOffer> {
  return api.request<TotpOffer>('/auth/totp', { method: 'POST', body: { password } });
}

/** Puts the offered second factor in force by one of its codes; answers the recovery codes. */
export async function enableSecondFactor(api: ApiClient, totp: string): Promise<string[]> {
  const answer = await api.request<RecoveryCodes>('/auth/totp/enable', {
    method: 'POST',
    body: { totp },
  });
  return answer.recovery_codes;
}

/** Takes the second factor off one's own account. */
export function disableSecondFactor(api: ApiClient, password: string): Promise<void> {
  return api.request<void>('/auth/totp/disable', { method: 'POST', body: { password } });
}
