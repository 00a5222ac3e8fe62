/** Answer of `GET /api/v1/server`. */
import { ApiProperty } from '@nestjs/swagger';
import type { DatabaseStatus, JobStatus, ReplicaStatus, ServerStatus } from '../contracts/index.js';

/** The last run of a background job. */
export class JobStatusDto implements JobStatus {
  name!: string;

  /** When the run began. */
  @ApiProperty({ format: 'date-time' })
  last_run_at!: string;

  duration_seconds!: number;

  /** Why the run failed; `null` if it did not. */
  @ApiProperty({ type: String, nullable: true })
  error!: string | null;

  /** Runs that failed since the replica started. */
  failures!: number;
}

/** One process of the server. */
export class ReplicaStatusDto implements ReplicaStatus {
  id!: string;
  /** The one that answers. */
  current!: boolean;
  /** Whether it runs the background jobs. */
  leader!: boolean;
  host_name!: string;
  process_id!: number;
  version!: string;
  node_version!: string;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  /** When it last said so. */
  @ApiProperty({ format: 'date-time' })
  seen_at!: string;

  memory_bytes!: number;
  /** Sockets of dashboards. */
  live_sockets!: number;
  /** Sockets of agents. */
  agent_sockets!: number;

  /** Samples stored, over the last seconds; `null` until it is known. */
  @ApiProperty({ type: Number, nullable: true })
  samples_per_second!: number | null;
}

/** The database of the control plane and of history. */
export class DatabaseStatusDto implements DatabaseStatus {
  @ApiProperty({ enum: ['sqlite', 'postgres'] })
  kind!: DatabaseStatus['kind'];

  version!: string;
  /** Where it is, without user and password. */
  address!: string;
  size_bytes!: number;
  migrated!: boolean;
}

/** How many machines there are. */
export class MachineCountsDto {
  total!: number;
  online!: number;
}

/** How the server itself is doing. */
export class ServerStatusDto implements ServerStatus {
  /** Whether the replica that answers would be sent requests by a load balancer. */
  ready!: boolean;
  database!: DatabaseStatusDto;
  /** Whether replicas share live values and limits through Redis. */
  redis!: boolean;
  machines!: MachineCountsDto;
  /** The one that answers first, then the others by their start. */
  replicas!: ReplicaStatusDto[];
  /** As the leader reported them; empty until it has. */
  jobs!: JobStatusDto[];
}
