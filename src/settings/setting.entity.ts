/** Small facts that all replicas share. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Table `settings`. */
@Entity('settings')
export class SettingEntity {
  @PrimaryColumn({ type: 'varchar', length: 100 })
  name!: string;

  @Column({ type: 'text' })
  value!: string;
}
