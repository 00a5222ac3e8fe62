/** A notification channel as kept. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NotificationChannelType } from '../../contracts/index.js';
import { jsonColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** The configuration of a channel, by field. */
export type ChannelConfig = { [field: string]: string | number | boolean | string[] };

/** Table `notification_channels`. */
@Entity('notification_channels')
export class ChannelEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'varchar', length: 20 })
  type!: NotificationChannelType;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'boolean' })
  is_default!: boolean;

  /** What may be shown. */
  @Column(jsonColumn)
  config!: ChannelConfig;

  /** The rest of the configuration, sealed; see ChannelSecretsService. */
  @Column({ type: 'text' })
  secrets!: string;

  /** Names of the fields in `secrets`. */
  @Column(jsonColumn)
  secret_names!: string[];

  @Column(timeColumn)
  created_at!: number;

  @Column(timeColumn)
  updated_at!: number;
}
