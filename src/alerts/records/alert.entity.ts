/** An alert as kept: while it is open also the state of its evaluation. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  AlertResolution,
  AlertRuleDefinition,
  AlertSeverity,
  AlertState,
  DeviceKind,
  ProcessEvidence,
} from '../../contracts/index.js';
import { jsonColumn, optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

const value = { type: 'double precision', nullable: true } as const;

/** Table `alerts`. */
@Entity('alerts')
@Index('alerts_pending_since', ['pending_since', 'id'])
@Index('alerts_machine_id', ['machine_id', 'pending_since'])
export class AlertEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  /** Rule, machine and device while the alert is open: the database refuses a second one. */
  @Column({ type: 'varchar', length: 300, nullable: true, unique: true })
  open_key!: string | null;

  @Index('alerts_rule_id')
  @Column({ ...uuidColumn, nullable: true })
  rule_id!: string | null;

  @Column({ type: 'integer' })
  rule_revision!: number;

  /** The rule as it was when the alert began. */
  @Column(jsonColumn)
  rule!: AlertRuleDefinition;

  /** Internal key. */
  @Column({ type: 'integer' })
  machine!: number;

  @Column(uuidColumn)
  machine_id!: string;

  @Column({ type: 'varchar', length: 200 })
  machine_name!: string;

  @Column({ type: 'varchar', length: 20, nullable: true })
  device_kind!: DeviceKind | null;

  @Column({ type: 'varchar', length: 200, nullable: true })
  device_name!: string | null;

  @Column({ type: 'varchar', length: 10 })
  severity!: AlertSeverity;

  @Column({ type: 'varchar', length: 12 })
  state!: AlertState;

  /** Time of the last reading that was taken in. */
  @Column(timeColumn)
  cursor!: number;

  @Column(timeColumn)
  pending_since!: number;

  @Column(optionalTimeColumn)
  clearing_since!: number | null;

  @Column(optionalTimeColumn)
  fired_at!: number | null;

  @Column(optionalTimeColumn)
  acknowledged_at!: number | null;

  @Column({ type: 'varchar', length: 254, nullable: true })
  acknowledged_by!: string | null;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  acknowledged_note!: string | null;

  @Index('alerts_resolved_at')
  @Column(optionalTimeColumn)
  resolved_at!: number | null;

  @Column({ type: 'varchar', length: 20, nullable: true })
  resolution!: AlertResolution | null;

  @Column(value)
  first_value!: number | null;

  @Column(value)
  last_value!: number | null;

  @Column(value)
  peak_value!: number | null;

  /** When notifications were last put into the outbox, and how often. */
  @Column(optionalTimeColumn)
  notified_at!: number | null;

  @Column({ type: 'integer' })
  notifications!: number;

  @Column({ ...jsonColumn, nullable: true })
  evidence!: ProcessEvidence[] | null;
}
