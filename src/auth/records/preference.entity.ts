/** One thing that a person set for themselves. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { jsonColumn, uuidColumn } from '../../database/columns.js';

/** Table `user_preferences`. */
@Entity('user_preferences')
export class PreferenceEntity {
  @PrimaryColumn(uuidColumn)
  user_id!: string;

  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  /** Any JSON but `null`. */
  @Column(jsonColumn)
  value!: unknown;
}
