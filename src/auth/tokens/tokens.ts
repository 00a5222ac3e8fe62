/** Signs the three kinds of tokens. Each has its own audience, so none passes for another. */
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import type { TokenAnswer } from '../../contracts/index.js';

/** `iss` of every token. */
export const TOKEN_ISSUER = 'procspy';
/** `aud` by kind of token. */
export const TOKEN_AUDIENCE = {
  user: 'procspy:user',
  machine: 'procspy:machine',
  refresh: 'procspy:refresh',
} as const;
/** The one algorithm: a token that names another is refused. */
export const TOKEN_ALGORITHM = 'HS256';

const USER_TOKEN_SECONDS = 15 * 60;
const MACHINE_TOKEN_SECONDS = 60 * 60;

/** What a refresh token says: which session, and the how many-th token of it. */
export interface RefreshClaims {
  session_id: string;
  generation: number;
}

/** Makes tokens, and reads those of its own that only it uses. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {}

  /** For a signed-in person, 15 minutes. */
  forUser(userId: string, sessionId: string): TokenAnswer {
    return this.answer(
      { sub: userId, sid: sessionId, aud: TOKEN_AUDIENCE.user },
      USER_TOKEN_SECONDS,
    );
  }

  /** For a machine's agent, 1 hour; it ends with the key it was made from. */
  forMachine(machineId: string, keyId: string): TokenAnswer {
    return this.answer(
      { sub: machineId, key: keyId, aud: TOKEN_AUDIENCE.machine },
      MACHINE_TOKEN_SECONDS,
    );
  }

  /** The session's refresh token of that generation. */
  refresh(claims: RefreshClaims, expiresAt: number): string {
    return this.sign({
      sid: claims.session_id,
      gen: claims.generation,
      aud: TOKEN_AUDIENCE.refresh,
      exp: Math.floor(expiresAt / 1000),
    });
  }

  /** Reads a refresh token; throws `auth.invalid_token` if this server did not make it. */
  readRefresh(token: string): RefreshClaims {
    let claims: { sid?: unknown; gen?: unknown };
    try {
      claims = this.jwt.verify(token, {
        algorithms: [TOKEN_ALGORITHM],
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE.refresh,
        clockTimestamp: Math.floor(this.clock.now() / 1000),
      });
    } catch {
      throw invalidToken('the refresh token is not valid or has expired; sign in again');
    }
    if (typeof claims.sid !== 'string' || typeof claims.gen !== 'number') {
      throw invalidToken('the refresh token is not valid; sign in again');
    }
    return { session_id: claims.sid, generation: claims.gen };
  }

  private answer(claims: object, seconds: number): TokenAnswer {
    const exp = Math.floor(this.clock.now() / 1000) + seconds;
    return {
      access_token: this.sign({ ...claims, exp }),
      token_type: 'Bearer',
      expires_in: seconds,
    };
  }

  private sign(claims: object): string {
    const iat = Math.floor(this.clock.now() / 1000);
    return this.jwt.sign({ iat, iss: TOKEN_ISSUER, ...claims }, { algorithm: TOKEN_ALGORITHM });
  }
}

/** The token is not one that this server accepts. */
export function invalidToken(message: string): AppError {
  return new AppError('unauthenticated', 'auth.invalid_token', message);
}
