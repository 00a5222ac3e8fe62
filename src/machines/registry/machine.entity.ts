/** The registry's row of one machine. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { HostFacts } from '../../contracts/index.js';
import { jsonColumn, optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** A machine, also after its deletion until its data is purged. */
@Entity('machines')
export class MachineEntity {
  /** Internal key; the metric tables carry it instead of the uuid. */
  @PrimaryGeneratedColumn({ type: 'integer' })
  key!: number;

  @Column({ ...uuidColumn, unique: true })
  machine_id!: string;

  /** What makes two registrations the same machine; see `identityOf`. */
  @Column({ type: 'varchar', length: 200, unique: true })
  identity!: string;

  @Column({ type: 'varchar', length: 200 })
  machine_name!: string;

  @Column({ type: 'varchar', length: 200 })
  os!: string;

  @Column({ type: 'varchar', length: 50 })
  agent_version!: string;

  @Column(jsonColumn)
  tags!: string[];

  @Column(jsonColumn)
  host!: HostFacts;

  @Column({ type: 'double precision' })
  interval_seconds!: number;

  /** What the agent says of the machine's clock; see RegisterBody. */
  @Column({ type: 'double precision', nullable: true })
  clock_offset_seconds!: number | null;

  @Column(timeColumn)
  registered_at!: number;

  @Column(optionalTimeColumn)
  identity_conflict_at!: number | null;

  @Column(optionalTimeColumn)
  deleted_at!: number | null;

  /** Name that the agent last gave: an administrator's rename stays until the agent's changes. */
  @Column({ type: 'varchar', length: 200, nullable: true })
  reported_name!: string | null;

  /** Tags that the agent last gave, likewise. */
  @Column({ ...jsonColumn, nullable: true })
  reported_tags!: string[] | null;

  /** When this row was written last. */
  @Column({ ...timeColumn, default: 0 })
  changed_at!: number;
}
