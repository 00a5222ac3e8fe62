/** One goodbye of a machine's agent; see `GoodbyesStore`. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { timeColumn } from '../../database/columns.js';

/** Kept for rules that are tried on the past; what is true now is in `machine_states`. */
@Entity('machine_goodbyes')
export class GoodbyeEntity {
  /** Internal key of the machine. */
  @PrimaryColumn({ type: 'integer' })
  machine!: number;

  /** When the server received it. */
  @Index('machine_goodbyes_received_at')
  @PrimaryColumn(timeColumn)
  received_at!: number;

  /** A `GoodbyeReason`. */
  @Column({ type: 'varchar', length: 10 })
  reason!: string;
}
