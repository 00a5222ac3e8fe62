/** The alert routes of the API. */
import type {
  Alert,
  AlertRule,
  AlertRuleDefinition,
  AlertState,
  DryRunAnswer,
  NotificationChannel,
  Page,
} from '../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** Which alerts to list. */
export interface AlertQuery {
  states: readonly AlertState[];
  machineId?: string;
  limit?: number;
  cursor?: string;
}

/** One page of alerts, newest first. */
export function fetchAlerts(
  api: ApiClient,
  { states, machineId, limit, cursor }: AlertQuery,
  signal: AbortSignal,
): Promise<Page<Alert>> {
  return api.request<Page<Alert>>('/alerts', {
    query: { state: states.join(','), machine_id: machineId, limit, cursor },
    signal,
  });
}

/** Says that somebody looks after an alert. */
export function acknowledgeAlert(api: ApiClient, id: string, note: string): Promise<Alert> {
  return api.request<Alert>(`/alerts/${encodeURIComponent(id)}/acknowledge`, {
    method: 'POST',
    body: note === '' ? {} : { note },
  });
}

/** Every rule. */
export async function fetchRules(api: ApiClient, signal: AbortSignal): Promise<AlertRule[]> {
  return (await api.request<Page<AlertRule>>('/alert-rules', { signal })).items;
}

/** Creates a rule, or replaces the one with `id`. */
export function saveRule(
  api: ApiClient,
  id: string | null,
  definition: AlertRuleDefinition,
): Promise<AlertRule> {
  if (id === null) {
    return api.request<AlertRule>('/alert-rules', { method: 'POST', body: definition });
  }
  const path = `/alert-rules/${encodeURIComponent(id)}`;
  return api.request<AlertRule>(path, { method: 'PUT', body: definition });
}

/** Switches a rule on or off. */
export function enableRule(api: ApiClient, id: string, enabled: boolean): Promise<AlertRule> {
  return api.request<AlertRule>(`/alert-rules/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: { enabled },
  });
}

/** Deletes a rule; its open alerts end. */
export function deleteRule(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/alert-rules/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Replays a rule over stored history from `from` to `to`, epoch milliseconds. */
export function dryRunRule(
  api: ApiClient,
  rule: AlertRuleDefinition,
  from: number,
  to: number,
): Promise<DryRunAnswer> {
  return api.request<DryRunAnswer>('/alert-rules/dry-run', {
    method: 'POST',
    body: { rule, from, to },
  });
}

/** Every notification channel. */
export async function fetchChannels(
  api: ApiClient,
  signal: AbortSignal,
): Promise<NotificationChannel[]> {
  return (await api.request<Page<NotificationChannel>>('/notification-channels', { signal })).items;
}
