/** What history takes, as answered by `GET /api/v1/storage`. */
import type { Tier } from './query.js';

/** What one tier of history takes. */
export interface TierUsage {
  /** `null` where the database does not tell tiers apart. */
  bytes: number | null;
  /** Start of the oldest data that it may hold. */
  oldest: string;
  retention_days: number;
}

/** What history takes, and how long the space will last. */
export interface StorageUsage {
  total_bytes: number;
  /** Growth at the present rate; `null` until it is known. */
  bytes_per_day: number | null;
  /** `PROCSPY_STORAGE_BUDGET`; `null` if it is not set. */
  budget_bytes: number | null;
  /** How many days of history the budget holds at the present rate. */
  budget_days: number | null;
  /** While the history of an earlier version is converted: the time from which on it is done. */
  converted_from: string | null;
  tiers: Record<Tier, TierUsage>;
}
