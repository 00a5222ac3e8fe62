/** How the server itself is doing, as answered by `GET /api/v1/server`. */

/** The last run of a background job. */
export interface JobStatus {
  name: string;
  /** When the run began. */
  last_run_at: string;
  duration_seconds: number;
  /** Why the run failed; `null` if it did not. */
  error: string | null;
  /** Runs that failed since the replica started. */
  failures: number;
}

/** One process of the server. */
export interface ReplicaStatus {
  id: string;
  /** The one that answers. */
  current: boolean;
  /** Whether it runs the background jobs. */
  leader: boolean;
  host_name: string;
  process_id: number;
  version: string;
  node_version: string;
  started_at: string;
  /** When it last said so. */
  seen_at: string;
  memory_bytes: number;
  /** Sockets of dashboards. */
  live_sockets: number;
  /** Sockets of agents. */
  agent_sockets: number;
  /** Samples stored, over the last seconds; `null` until it is known. */
  samples_per_second: number | null;
}

/** The database of the control plane and of history. */
export interface DatabaseStatus {
  kind: 'sqlite' | 'postgres';
  version: string;
  /** Where it is, without user and password. */
  address: string;
  size_bytes: number;
  migrated: boolean;
}

/** Answer of `GET /api/v1/server`. */
export interface ServerStatus {
  /** Whether the replica that answers would be sent requests by a load balancer. */
  ready: boolean;
  database: DatabaseStatus;
  /** Whether replicas share live values and limits through Redis. */
  redis: boolean;
  machines: { total: number; online: number };
  /** The one that answers first, then the others by their start. */
  replicas: ReplicaStatus[];
  /** As the leader reported them; empty until it has. */
  jobs: JobStatus[];
}
