/** Signs the three kinds of tokens. */
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../common/clock.js';
import type { TokenAnswer } from '../../contracts/index.js';
import { RefreshJwtStrategy } from './jwt.strategies.js';
import { verifyToken } from './passport.adapter.js';
import {
  type RefreshClaims,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
} from './token-format.js';

const USER_TOKEN_SECONDS = 15 * 60;
const MACHINE_TOKEN_SECONDS = 60 * 60;

/** Makes tokens, and reads those of its own that only it uses. */
@Injectable()
export class TokensService {
  constructor(
    private readonly jwt: JwtService,
    private readonly refreshTokens: RefreshJwtStrategy,
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
  readRefresh(token: string): Promise<RefreshClaims> {
    return verifyToken<RefreshClaims>(this.refreshTokens, token);
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
