/** A person who may sign in. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../../contracts/index.js';
import { jsonColumn, optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `users`. */
@Entity('users')
export class UserEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  /** Lower case. */
  @Column({ type: 'varchar', length: 254, unique: true })
  email!: string;

  /** Argon2id, in its own text format. */
  @Column({ type: 'varchar', length: 200 })
  password_hash!: string;

  @Column({ type: 'varchar', length: 10 })
  role!: Role;

  @Column(timeColumn)
  created_at!: number;

  @Column(optionalTimeColumn)
  last_login_at!: number | null;

  /** Sealed; set by the enrolment of a second factor, in force from `totp_enabled_at`. */
  @Column({ type: 'varchar', length: 200, nullable: true })
  totp_secret!: string | null;

  @Column(optionalTimeColumn)
  totp_enabled_at!: number | null;

  /** The last 30-second step whose code was used: no code counts twice. */
  @Column({ type: 'integer' })
  totp_last_step!: number;

  /** SHA-256 of each recovery code that is left. */
  @Column(jsonColumn)
  recovery_hashes!: string[];
}
