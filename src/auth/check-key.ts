/** Says whether a stored key still counts. */
import { AppError } from '../common/errors.js';

/** Throws `auth.key_revoked` or `auth.key_expired`. */
export function checkKeyInForce(
  key: { revoked_at: number | null; expires_at: number | null },
  now: number,
): void {
  if (key.revoked_at !== null) {
    throw new AppError('unauthenticated', 'auth.key_revoked', 'the key was revoked');
  }
  if (key.expires_at !== null && key.expires_at <= now) {
    throw new AppError('unauthenticated', 'auth.key_expired', 'the key has expired');
  }
}
