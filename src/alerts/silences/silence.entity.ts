/** A silence as kept. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { QuietHours } from '../../contracts/index.js';
import { jsonColumn, optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `silences`. */
@Entity('silences')
@Index('silences_created', ['created_at', 'id'])
export class SilenceEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column({ type: 'varchar', length: 1000 })
  comment!: string;

  /** Empty: any machine. Lists outlive what they name, so that they never grow to everything. */
  @Column(jsonColumn)
  machine_ids!: string[];

  /** Empty: any machine. */
  @Column(jsonColumn)
  tags!: string[];

  /** Empty: any rule. */
  @Column(jsonColumn)
  rule_ids!: string[];

  @Column(timeColumn)
  starts_at!: number;

  /** `null`: it comes back every week until somebody ends it. */
  @Index('silences_ends_at')
  @Column(optionalTimeColumn)
  ends_at!: number | null;

  /** Between its start and its end it holds in these windows; `null`: all the time. */
  @Column({ ...jsonColumn, nullable: true })
  weekly!: QuietHours | null;

  @Column({ type: 'varchar', length: 254 })
  created_by!: string;

  @Column(timeColumn)
  created_at!: number;

  @Column(timeColumn)
  updated_at!: number;
}
