/** A rule as kept. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AlertRuleDefinition } from '../../contracts/index.js';
import { jsonColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `alert_rules`. */
@Entity('alert_rules')
export class RuleEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  /** Counts changes of what the rule watches: alerts of an earlier revision end. */
  @Column({ type: 'integer' })
  revision!: number;

  @Column(jsonColumn)
  definition!: AlertRuleDefinition;

  @Column(timeColumn)
  created_at!: number;

  @Column(timeColumn)
  updated_at!: number;
}
