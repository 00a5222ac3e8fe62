/** What a user is made of. */
import { randomUUID } from 'node:crypto';
import type { Role } from '../../contracts/index.js';
import type { UserEntity } from '../records/user.entity.js';

/** A user's row, not stored yet. */
export function newUser(email: string, passwordHash: string, role: Role, now: number): UserEntity {
  return {
    id: randomUUID(),
    email: email.toLowerCase(),
    password_hash: passwordHash,
    role,
    created_at: now,
    last_login_at: null,
    totp_secret: null,
    totp_enabled_at: null,
    totp_last_step: 0,
    recovery_hashes: [],
  };
}
