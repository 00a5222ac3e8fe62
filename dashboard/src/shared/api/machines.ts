/** The machine routes of the API. */
import type {
  DeviceHistory,
  DeviceKind,
  MachineDetail,
  MachineSummary,
  MetricHistory,
  MetricName,
  Page,
} from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** Machines in one answer, and at most in the page: beyond that the list says that it is cut. */
const PAGE_SIZE = 500;
const LIST_LIMIT = 20_000;

/** The fleet as fetched; `total` exceeds the list's length when the list was cut. */
export interface Fleet {
  machines: MachineSummary[];
  total: number;
}

/** A range of history: `from` and `to` in epoch milliseconds. */
export interface HistoryQuery {
  from: number;
  to: number;
  points: number;
}

/** All machines, page by page. */
export async function fetchFleet(api: ApiClient, signal: AbortSignal): Promise<Fleet> {
  const machines: MachineSummary[] = [];
  let cursor: string | undefined;
  let total = 0;
  do {
    const page = await api.request<Page<MachineSummary>>('/machines', {
      query: { limit: PAGE_SIZE, cursor },
      signal,
    });
    machines.push(...page.items);
    total = page.total;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && machines.length < LIST_LIMIT);
  return { machines, total };
}

/** One machine with its host's facts. */
export function fetchMachine(
  api: ApiClient,
  id: string,
  signal: AbortSignal,
): Promise<MachineDetail> {
  return api.request<MachineDetail>(`/machines/${encodeURIComponent(id)}`, { signal });
}

/** History of the whole machine in columns. */
export function fetchHistory(
  api: ApiClient,
  id: string,
  range: HistoryQuery,
  metrics: readonly MetricName[],
  signal: AbortSignal,
): Promise<MetricHistory> {
  return api.request<MetricHistory>(`/machines/${encodeURIComponent(id)}/metrics`, {
    query: { ...range, metrics: metrics.join(',') },
    signal,
  });
}

/** History of all devices of one kind. */
export function fetchDeviceHistory(
  api: ApiClient,
  id: string,
  kind: DeviceKind,
  range: HistoryQuery,
  signal: AbortSignal,
): Promise<DeviceHistory> {
  return api.request<DeviceHistory>(`/machines/${encodeURIComponent(id)}/devices`, {
    query: { kind, ...range },
    signal,
  });
}

/** Renames a machine or sets its tags. */
export function updateMachine(
  api: ApiClient,
  id: string,
  change: { machine_name?: string; tags?: string[] },
): Promise<MachineDetail> {
  return api.request<MachineDetail>(`/machines/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: change,
  });
}

/** Deletes a machine with its history. */
export function deleteMachine(api: ApiClient, id: string): Promise<void> {
  return api.request<void>(`/machines/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Creates an enrolment key; the answer is the only time that it is shown. */
export function createEnrollmentKey(api: ApiClient, name: string): Promise<{ api_key: string }> {
  return api.request<{ api_key: string }>('/api-keys', {
    method: 'POST',
    body: { name, scope: 'enroll' },
  });
}
