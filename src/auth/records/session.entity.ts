/** A person's session: one sign-in on one device, carried on by its refresh tokens. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `sessions`. Rows of ended sessions stay a while, so that every replica sees the end. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Index('sessions_user_id')
  @Column(uuidColumn)
  user_id!: string;

  /** Number of the refresh token that is good now; an older one has been used before. */
  @Column({ type: 'integer' })
  generation!: number;

  @Column(timeColumn)
  created_at!: number;

  @Column(timeColumn)
  last_used_at!: number;

  @Index('sessions_expires_at')
  @Column(timeColumn)
  expires_at!: number;

  @Index('sessions_ended_at')
  @Column(optionalTimeColumn)
  ended_at!: number | null;

  @Column({ type: 'varchar', length: 45 })
  address!: string;

  @Column({ type: 'varchar', length: 200 })
  user_agent!: string;
}
