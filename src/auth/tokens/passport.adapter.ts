/**
 * Runs a Passport strategy on a bare token. Passport itself runs strategies on HTTP requests only;
 * sockets and cookies bring tokens without one.
 */
import type { Strategy } from 'passport-jwt';
import { AppError } from '../../common/errors.js';
import { invalidToken } from './token-format.js';

/** What the strategy's `validate` answers. Throws `auth.invalid_token` where the strategy refuses. */
export function verifyToken<Answer>(strategy: Strategy, token: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const attempt: Strategy = Object.create(strategy);
    attempt.success = (answer: unknown) => resolve(answer as Answer);
    attempt.error = reject;
    attempt.fail = (reason: unknown) =>
      reject(
        reason instanceof AppError ? reason : invalidToken('the token is not one of this server'),
      );
    const request = { headers: { authorization: `Bearer ${token}` } };
    attempt.authenticate(request as Parameters<Strategy['authenticate']>[0]);
  });
}
