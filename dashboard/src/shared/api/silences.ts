/** Requests to the routes of silences. */
import type { Page, QuietHours, Silence } from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** What a silence is made of; empty lists match everything. */
export interface SilenceRequest {
  comment?: string;
  machine_ids?: string[];
  tags?: string[];
  rule_ids?: string[];
  /** Absent: now. */
  starts_at?: string;
  ends_at: string | null;
  weekly?: QuietHours | null;
}

/** One page of silences, newest first: those that are over, or all others. */
export function fetchSilences(
  api: ApiClient,
  query: { ended: boolean; limit: number; cursor?: string },
  signal: AbortSignal,
): Promise<Page<Silence>> {
  return api.request<Page<Silence>>('/silences', {
    query: { ...query, ended: String(query.ended) },
    signal,
  });
}

/** Makes a silence, or changes the one with `id`. */
export function saveSilence(
  api: ApiClient,
  id: string | null,
  body: SilenceRequest,
): Promise<Silence> {
  if (id === null) return api.request<Silence>('/silences', { method: 'POST', body });
  return api.request<Silence>(`/silences/${encodeURIComponent(id)}`, { method: 'PATCH', body });
}

/** Ends a silence now. */
export function endSilence(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/silences/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
