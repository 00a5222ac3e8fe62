/** Machines as registered and as answered. */
import type { StoredSample } from './sample.js';

/**
 * Whether a machine is reporting: `pending` never has. One that is silent is `stopped` or `asleep` if its
 * agent said goodbye, else `offline`.
 */
export const MACHINE_STATUSES = ['pending', 'online', 'offline', 'stopped', 'asleep'] as const;

/** One of the statuses. */
export type MachineStatus = (typeof MACHINE_STATUSES)[number];

/** Why an agent says goodbye: it alone ends, or its machine shuts down or goes to sleep. */
export const GOODBYE_REASONS = ['stopped', 'shutdown', 'sleep'] as const;

/** One of the reasons. */
export type GoodbyeReason = (typeof GOODBYE_REASONS)[number];

/** Body of `POST /api/v1/machines/{id}/goodbye`. */
export interface GoodbyeBody {
  reason: GoodbyeReason;
}

/** Answer of `POST /api/v1/machines/{id}/goodbye`. */
export interface GoodbyeAnswer {
  status: 'goodbye_received';
}

/** Facts about the host that rarely change. Unknown facts are absent or `null`. */
export interface HostFacts {
  hostname?: string | null;
  platform?: string | null;
  /** Name and version of the operating system, e.g. "Debian GNU/Linux 12". */
  distribution?: string | null;
  kernel?: string | null;
  architecture?: string | null;
  cpu_model?: string | null;
  cpu_cores?: number | null;
  memory_bytes?: number | null;
  swap_bytes?: number | null;
  virtualization?: string | null;
  /** ISO 8601 UTC. */
  boot_time?: string | null;
  addresses?: string[] | null;
  gpus?: string[] | null;
}

/** Body of `POST /api/v1/machines/register`. */
export interface RegisterBody {
  machine_name: string;
  os: string;
  agent_version: string;
  /** Stable hash of the host's id: the same fingerprint is the same machine. */
  machine_fingerprint?: string;
  tags?: string[];
  host?: HostFacts;
  /** How often the agent means to push, in seconds; decides when silence means offline. */
  interval_seconds?: number;
  /**
   * Seconds by which the machine's clock is ahead of the server's, negative if behind, where the agent
   * stamps its samples by the server's clock instead; absent or `null` while the clock is right.
   */
  clock_offset_seconds?: number | null;
}

/** Answer of `POST /api/v1/machines/register`. */
export interface RegisterAnswer {
  status: 'registered';
  machine_id: string;
  /** The machine's key, only when a new one is issued; it is never shown again. */
  api_key?: string;
}

/** A machine in a list. */
export interface MachineSummary {
  machine_id: string;
  machine_name: string;
  os: string;
  agent_version: string;
  tags: string[];
  status: MachineStatus;
  interval_seconds: number;
  registered_at: string;
  last_seen_at: string | null;
  /** Two live agents seem to push under this identity. */
  identity_conflict: boolean;
  /**
   * Seconds by which its clock is ahead of the server's, negative if behind: as its agent says, else as
   * its samples are stamped. `null` while its clock is right as far as can be told.
   */
  clock_offset_seconds: number | null;
  latest: StoredSample | null;
}

/** One machine with its host's facts. */
export interface MachineDetail extends MachineSummary {
  host: HostFacts;
}

/** Any list of the API. `next` is the cursor of the next page. */
export interface Page<item> {
  items: item[];
  total: number;
  next: string | null;
}

/**
 * The longest that an agent waits before it tries an absent server again, in milliseconds: the server
 * gives that long to whom it may not have heard.
 */
export const LONGEST_BACKOFF_MS = 60_000;
