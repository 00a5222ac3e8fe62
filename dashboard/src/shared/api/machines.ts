/** Requests to the machine routes. */
import type {
  DeviceHistory,
  DeviceKind,
  FleetHistory,
  MachineDetail,
  MachineSummary,
  MetricHistory,
  MetricName,
  Page,
} from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** Machines per page, and the most that the dashboard loads; a longer list is truncated. */
const PAGE_SIZE = 500;
const LIST_LIMIT = 20_000;

/** The fleet as fetched; `total` is larger than the list if the list is truncated. */
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

/** All machines, fetched page by page. */
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
  keepFleet(api, machines);
  return { machines, total };
}

/** The address that asks for the machines first. */
export const FLEET_ADDRESS = `/machines?limit=${PAGE_SIZE}`;

/** Keeps the machines as they are now for the time when the server cannot be reached. */
export function keepFleet(api: ApiClient, machines: readonly MachineSummary[]): void {
  if (machines.length === 0) return;
  api.keep(FLEET_ADDRESS, { items: machines, total: machines.length, next: null });
}

/** One machine with the facts about its host. */
export function fetchMachine(
  api: ApiClient,
  id: string,
  signal: AbortSignal,
): Promise<MachineDetail> {
  return api.request<MachineDetail>(`/machines/${encodeURIComponent(id)}`, { signal });
}

/** The history of a machine's own metrics, in columns. */
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

/** The history of several machines, or of `all`, on one time axis. */
export function fetchFleetHistory(
  api: ApiClient,
  ids: readonly string[] | 'all',
  range: HistoryQuery,
  metrics: readonly MetricName[],
): Promise<FleetHistory> {
  return api.request<FleetHistory>('/metrics', {
    query: {
      machine_ids: ids === 'all' ? ids : ids.join(','),
      ...range,
      metrics: metrics.join(','),
    },
  });
}

/** The history of all devices of one kind. */
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

/** The formats of stored samples as a file. */
export type ExportFormat = 'csv' | 'ndjson';

/** Every stored raw sample between `from` and `to`, epoch milliseconds. */
export function downloadSamples(
  api: ApiClient,
  id: string,
  format: ExportFormat,
  from: number,
  to: number,
): Promise<Blob> {
  return api.file(`/machines/${encodeURIComponent(id)}/metrics/export`, {
    query: { format, from, to },
  });
}

/** Changes a machine's name or tags. */
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

/** What an enrolment key allows: until when, and for how many machines; `null` is no limit. */
export interface EnrollmentKeyBody {
  name: string;
  expires_at: number | null;
  max_uses: number | null;
}

/** Creates an enrolment key; only this response shows it. */
export async function createEnrollmentKey(
  api: ApiClient,
  body: EnrollmentKeyBody,
): Promise<string> {
  const made = await api.request<{ api_key: string }>('/api-keys', {
    method: 'POST',
    body: { ...body, scope: 'enroll' },
  });
  return made.api_key;
}
