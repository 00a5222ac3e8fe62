/** Requests about the space that history takes. */
import type { StorageUsage } from '../../../../src/contracts/index.js';
import type { ApiClient } from './client.js';

/** What history takes, and how long the space will last. */
export function fetchStorage(api: ApiClient, signal: AbortSignal): Promise<StorageUsage> {
  return api.request<StorageUsage>('/storage', { signal });
}
