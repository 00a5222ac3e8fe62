/** Requests to the alert routes. */
import type {
  Alert,
  AlertRule,
  AlertRuleDefinition,
  AlertSeverity,
  AlertState,
  ChannelTestAnswer,
  DryRunAnswer,
  NotificationChannel,
  NotificationDelivery,
  Page,
} from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** Filters of the list of alerts. */
export interface AlertQuery {
  states: readonly AlertState[];
  machineId?: string;
  ruleId?: string;
  severity?: AlertSeverity;
  /** Alerts that lasted at some time between `from` and `to`, epoch milliseconds. */
  from?: number;
  to?: number;
  limit?: number;
  cursor?: string;
}

/** One page of alerts, newest first. */
export function fetchAlerts(
  api: ApiClient,
  { states, machineId, ruleId, severity, from, to, limit, cursor }: AlertQuery,
  signal: AbortSignal,
): Promise<Page<Alert>> {
  return api.request<Page<Alert>>('/alerts', {
    query: {
      state: states.join(','),
      machine_id: machineId,
      rule_id: ruleId,
      severity,
      from,
      to,
      limit,
      cursor,
    },
    signal,
  });
}

/** Acknowledges an alert, which stops its reminders. */
export function acknowledgeAlert(api: ApiClient, id: string, note: string): Promise<Alert> {
  return api.request<Alert>(`/alerts/${encodeURIComponent(id)}/acknowledge`, {
    method: 'POST',
    body: note === '' ? {} : { note },
  });
}

/** All rules. */
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

/** Deletes a rule and closes its open alerts. */
export function deleteRule(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/alert-rules/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Replays a rule over stored history from `from` to `to`, epoch milliseconds. */
export function dryRunRule(
  api: ApiClient,
  rule: AlertRuleDefinition,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<DryRunAnswer> {
  return api.request<DryRunAnswer>('/alert-rules/dry-run', {
    method: 'POST',
    body: { rule, from, to },
    signal,
  });
}

/** All notification channels. */
export async function fetchChannels(
  api: ApiClient,
  signal: AbortSignal,
): Promise<NotificationChannel[]> {
  return (await api.request<Page<NotificationChannel>>('/notification-channels', { signal })).items;
}

/** Creates a channel, or changes the one with `id`. */
export function saveChannel(
  api: ApiClient,
  id: string | null,
  body: Pick<NotificationChannel, 'name' | 'type' | 'config' | 'enabled' | 'default'>,
): Promise<NotificationChannel> {
  if (id === null) {
    return api.request<NotificationChannel>('/notification-channels', { method: 'POST', body });
  }
  const path = `/notification-channels/${encodeURIComponent(id)}`;
  return api.request<NotificationChannel>(path, { method: 'PATCH', body });
}

/** Deletes a channel and its pending deliveries. */
export function deleteChannel(api: ApiClient, id: string): Promise<void> {
  const path = `/notification-channels/${encodeURIComponent(id)}`;
  return api.request<void>(path, { method: 'DELETE' });
}

/** Sends a test notification. */
export function testChannel(api: ApiClient, id: string): Promise<ChannelTestAnswer> {
  const path = `/notification-channels/${encodeURIComponent(id)}/test`;
  return api.request<ChannelTestAnswer>(path, { method: 'POST' });
}

/** The newest entries of the delivery log, or those of one alert. */
export async function fetchDeliveries(
  api: ApiClient,
  { limit, alertId }: { limit: number; alertId?: string },
  signal: AbortSignal,
): Promise<NotificationDelivery[]> {
  const query = { limit, alert_id: alertId };
  const page = await api.request<Page<NotificationDelivery>>('/notification-deliveries', {
    query,
    signal,
  });
  return page.items;
}
