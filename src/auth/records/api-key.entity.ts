/** A key of a machine, a script, a scraper or an enrolment. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { KeyScope } from '../../contracts/index.js';
import { optionalTimeColumn, timeColumn, uuidColumn } from '../../database/columns.js';

/** Table `api_keys`. Revoked rows stay, so that their keys are refused as revoked. */
@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn(uuidColumn)
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'varchar', length: 20 })
  scope!: KeyScope;

  /** SHA-256 of the key, base64url. The key itself is never stored. */
  @Column({ type: 'varchar', length: 43, unique: true })
  key_hash!: string;

  /** The key's first characters, to tell keys apart in a list. */
  @Column({ type: 'varchar', length: 20 })
  hint!: string;

  /** Internal key of the machine, for scope `machine`. */
  @Index('api_keys_machine')
  @Column({ type: 'integer', nullable: true })
  machine!: number | null;

  @Column({ ...uuidColumn, nullable: true })
  machine_id!: string | null;

  /** Equals `machine` while the key is in force: being unique, it allows one such key only. */
  @Column({ type: 'integer', nullable: true, unique: true })
  current_machine!: number | null;

  @Column(timeColumn)
  created_at!: number;

  /** E-mail address of the user, or what else made the key. */
  @Column({ type: 'varchar', length: 254 })
  created_by!: string;

  @Index('api_keys_expires_at')
  @Column(optionalTimeColumn)
  expires_at!: number | null;

  @Index('api_keys_revoked_at')
  @Column(optionalTimeColumn)
  revoked_at!: number | null;

  /** Kept for scripts, scrapers and enrolments; to the minute. */
  @Column(optionalTimeColumn)
  last_used_at!: number | null;

  /** How many machines an enrolment key may enrol; `null` is no limit. */
  @Column({ type: 'integer', nullable: true })
  max_uses!: number | null;

  @Column({ type: 'integer' })
  uses!: number;
}
