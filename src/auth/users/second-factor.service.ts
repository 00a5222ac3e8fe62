/** The optional second factor: one-time codes by time (RFC 6238), and recovery codes. */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import type { SealedBox } from '../../secrets/sealed-box.js';
import { ServerSecret } from '../../secrets/server-secret.js';
import { sha256 } from '../hashing.js';
import type { UserEntity } from '../records/user.entity.js';
import { UserStore } from '../records/user.store.js';

const STEP_SECONDS = 30;
/** Steps before and after the present one whose codes count too: clocks of phones differ. */
const WINDOW = 1;
const RECOVERY_CODES = 10;

/** What proved the second factor. */
export type SecondFactorKind = 'totp' | 'recovery_code';

/** What an authenticator app needs; shown once. */
export interface SecondFactorOffer {
  /** Base32. */
  secret: string;
  /** `otpauth://…`, for a QR code. */
  uri: string;
}

/** Enrols and checks second factors. Secrets are stored encrypted, recovery codes hashed. */
@Injectable()
export class SecondFactorService {
  private readonly box: SealedBox;

  constructor(
    secret: ServerSecret,
    private readonly users: UserStore,
    private readonly clock: Clock,
  ) {
    this.box = secret.sealedBox('totp secrets');
  }

  /** Makes a secret for the user; it counts once `enable` has seen a code of it. */
  async offer(user: UserEntity): Promise<SecondFactorOffer> {
    if (user.totp_enabled_at !== null) {
      throw new AppError(
        'conflict',
        'auth.totp_enabled',
        'the account has a second factor already',
      );
    }
    const secret = new Secret({ size: 20 });
    await this.users.change(user.id, { totp_secret: this.box.seal(secret.base32) });
    return { secret: secret.base32, uri: totp(secret.base32, user.email).toString() };
  }

  /** Puts the offered factor in force; answers the recovery codes, shown once. */
  async enable(user: UserEntity, code: string): Promise<string[]> {
    if (user.totp_secret === null || user.totp_enabled_at !== null) {
      throw new AppError(
        'conflict',
        'auth.totp_not_offered',
        'there is no second factor to confirm',
      );
    }
    if (!(await this.acceptCode(user, withoutGaps(code)))) {
      throw new AppError('invalid', 'auth.invalid_totp', 'totp is not the code of this moment');
    }
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    await this.users.change(user.id, {
      totp_enabled_at: this.clock.now(),
      recovery_hashes: codes.map(recoveryHash),
    });
    return codes;
  }

  /** Takes the second factor off the account. */
  async disable(userId: string): Promise<void> {
    await this.users.change(userId, {
      totp_secret: null,
      totp_enabled_at: null,
      recovery_hashes: [],
    });
  }

  /** What the code is: one of this moment or a recovery code, each good once; `null` for neither. */
  async accept(user: UserEntity, code: string): Promise<SecondFactorKind | null> {
    const given = withoutGaps(code);
    if (/^\d{6}$/.test(given)) {
      return (await this.acceptCode(user, given)) ? 'totp' : null;
    }
    return (await this.acceptRecoveryCode(user, given)) ? 'recovery_code' : null;
  }

  private async acceptCode(user: UserEntity, code: string): Promise<boolean> {
    // Not readable if it was sealed under another server secret: then only recovery codes are left.
    const secret = user.totp_secret === null ? null : this.box.open(user.totp_secret);
    if (secret === null) {
      return false;
    }
    const now = this.clock.now();
    const delta = totp(secret, user.email).validate({
      token: code,
      timestamp: now,
      window: WINDOW,
    });
    if (delta === null) {
      return false;
    }
    return this.users.useTotpStep(user.id, Math.floor(now / 1000 / STEP_SECONDS) + delta);
  }

  private async acceptRecoveryCode(user: UserEntity, code: string): Promise<boolean> {
    const hash = recoveryHash(code);
    const left = user.recovery_hashes.filter((other) => other !== hash);
    return (
      left.length < user.recovery_hashes.length &&
      this.users.replaceRecoveryHashes(user.id, user.recovery_hashes, left)
    );
  }
}

function totp(secret: string, email: string): TOTP {
  return new TOTP({
    issuer: 'procspy',
    label: email,
    secret,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_SECONDS,
  });
}

/** 80 random bits as five groups of four hexadecimal digits. */
function newRecoveryCode(): string {
  return randomBytes(10)
    .toString('hex')
    .replace(/(.{4})(?=.)/g, '$1-');
}

function recoveryHash(code: string): string {
  return sha256(withoutGaps(code).toLowerCase());
}

/** As it is typed off a screen that shows it in groups. */
function withoutGaps(code: string): string {
  return code.replaceAll(/[\s-]/g, '');
}
