/** One notification on its way through one channel: the outbox and its log. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  DeliveryState,
  NotificationChannelType,
  NotificationKind,
} from '../../contracts/index.js';
import { optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `notification_deliveries`. */
@Entity('notification_deliveries')
@Index('notification_deliveries_created', ['created_at', 'id'])
export class DeliveryEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  /** What it tells and through which channel: written twice, it is refused. */
  @Column({ type: 'varchar', length: 150, unique: true })
  dedupe_key!: string;

  @Index('notification_deliveries_alert')
  @Column({ ...uuidColumn, nullable: true })
  alert_id!: string | null;

  @Column(uuidColumn)
  channel_id!: string;

  @Column({ type: 'varchar', length: 200 })
  channel_name!: string;

  @Column({ type: 'varchar', length: 20 })
  channel_type!: NotificationChannelType;

  @Column({ type: 'varchar', length: 10 })
  kind!: NotificationKind;

  @Column({ type: 'varchar', length: 10 })
  state!: DeliveryState;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column(timeColumn)
  created_at!: number;

  /** `null` once it is over. */
  @Index('notification_deliveries_due')
  @Column(optionalTimeColumn)
  next_attempt_at!: number | null;

  /** Until then one replica is sending it. */
  @Column(optionalTimeColumn)
  lease_until!: number | null;

  @Column(optionalTimeColumn)
  delivered_at!: number | null;

  @Column({ type: 'varchar', length: 500, nullable: true })
  last_error!: string | null;
}
