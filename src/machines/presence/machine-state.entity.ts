/** What is known of a machine's presence; see `MachineStatesStore`. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { optionalTimeColumn, timeColumn } from '../../database/columns.js';

/** The last sign of life of one machine, shared by all replicas. */
@Entity('machine_states')
export class MachineStateEntity {
  /** Internal key of the machine. */
  @PrimaryColumn({ type: 'integer' })
  machine!: number;

  /** When a replica last received a new sample or a goodbye. */
  @Column(timeColumn)
  last_seen_at!: number;

  /** Why the agent said goodbye then; `null` if it did not. */
  @Column({ type: 'varchar', length: 10, nullable: true })
  goodbye!: string | null;

  /** Timestamp of the newest sample. */
  @Column(optionalTimeColumn)
  latest_at!: number | null;

  /** The newest sample, as JSON of a StoredSample. */
  @Column({ type: 'text', nullable: true })
  latest!: string | null;

  /** The replica that wrote the row last; others read only rows that are not their own. */
  @Column({ type: 'varchar', length: 36 })
  writer!: string;

  /** When it did, by its clock; of one writer no two statements have the same. */
  @Column(timeColumn)
  flushed_at!: number;

  /** The status that was last published. */
  @Column({ type: 'varchar', length: 10, nullable: true })
  known_status!: string | null;
}
