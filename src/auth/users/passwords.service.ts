/** Hashes and checks passwords with Argon2id, few at a time. */
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { UnavailableError } from '../../common/errors.js';

/** OWASP's first choice for Argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Passwords hashed at once: each takes memory and a thread that others need too. */
const MAX_RUNNING = 2;
const MAX_WAITING = 100;

/** One place for passwords, so that a flood of sign-ins cannot take the machine. */
@Injectable()
export class PasswordsService {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Compared with where there is no such account, so that it takes the same time. */
  private readonly decoy = this.hash('no account has this password');

  /** Argon2id in its own text format. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  /** True if the password is right; as slow for `null` (no such account), and then never true. */
  async verify(expected: string | null, password: string): Promise<boolean> {
    const against = expected ?? (await this.decoy);
    const right = await this.inTurn(() => verify(against, password));
    return right && expected !== null;
  }

  private async inTurn<result>(work: () => Promise<result>): Promise<result> {
    if (this.running >= MAX_RUNNING) {
      if (this.waiting.length >= MAX_WAITING) {
        throw new UnavailableError('auth.busy', 'too many sign-ins at once; try again', 2);
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.running -= 1;
      }
    }
  }
}
