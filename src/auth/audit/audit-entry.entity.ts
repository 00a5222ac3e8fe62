/** One line of the audit log. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditEntry } from '../../contracts/index.js';
import { timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `audit_log`. */
@Entity('audit_log')
@Index('audit_log_at', ['at', 'id'])
export class AuditEntryEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column(timeColumn)
  at!: number;

  @Column({ type: 'varchar', length: 60 })
  action!: string;

  @Column({ type: 'varchar', length: 10 })
  outcome!: AuditEntry['outcome'];

  @Column({ type: 'varchar', length: 20 })
  actor_kind!: AuditEntry['actor_kind'];

  @Column({ type: 'varchar', length: 36, nullable: true })
  actor_id!: string | null;

  @Column({ type: 'varchar', length: 254, nullable: true })
  actor_name!: string | null;

  @Column({ type: 'varchar', length: 45, nullable: true })
  address!: string | null;

  @Column({ type: 'varchar', length: 254, nullable: true })
  target!: string | null;

  /** A JSON object. */
  @Column({ type: 'text' })
  details!: string;
}
