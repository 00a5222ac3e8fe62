/** Hashes and verifies passwords with Argon2id, a few at a time. */
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { UnavailableError } from '../../common/errors.js';

/** OWASP's first choice for Argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Passwords hashed at the same time: each needs memory, and a thread that others need too. */
const MAX_RUNNING = 2;
const MAX_WAITING = 100;

/** The only place where passwords are hashed: many sign-ins at once do not overload the machine. */
@Injectable()
export class PasswordsService {
  private readonly limit = pLimit(MAX_RUNNING);
  /** Verified for an unknown account, so that the answer takes the same time. */
  private readonly decoy = this.hash('no account has this password');

  /** The hash in the PHC string format. Throws `UnavailableError` if too many are waiting. */
  async hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  /** True if the password is right. For `null` (no such account) it takes as long and is false. */
  async verify(expected: string | null, password: string): Promise<boolean> {
    const against = expected ?? (await this.decoy);
    const right = await this.inTurn(() => verify(against, password));
    return right && expected !== null;
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.limit.pendingCount >= MAX_WAITING) {
      throw new UnavailableError('auth.busy', 'too many sign-ins at once; try again', 2);
    }
    return this.limit(work);
  }
}
