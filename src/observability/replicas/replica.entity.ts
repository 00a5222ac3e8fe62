/** A process of the server that says every few seconds that it is there. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobStatus, ReplicaStatus } from '../../contracts/index.js';
import { jsonColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** What a replica says of itself. */
export interface ReplicaReport {
  status: Omit<ReplicaStatus, 'id' | 'current' | 'seen_at'>;
  /** Its last runs of the jobs, if it leads. */
  jobs: JobStatus[];
}

/** Table `replicas`. A row goes when its process stops, or a while after it vanished. */
@Entity('replicas')
export class ReplicaEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column(timeColumn)
  seen_at!: number;

  @Column(jsonColumn)
  report!: ReplicaReport;
}
