/** Checks tokens: signature, algorithm, issuer, audience and expiry, then the database. */
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { ServerSecret } from '../../secrets/server-secret.js';
import { checkKeyInForce } from '../check-key.js';
import type { Credential } from '../credential.js';
import { ApiKeyStore } from '../records/api-key.store.js';
import { SessionStore } from '../records/session.store.js';
import {
  invalidToken,
  type RefreshClaims,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
} from './token-format.js';

const EXPIRED = 'the token has expired; get a new one';
const REFRESH_EXPIRED = 'the refresh token is not valid or has expired; sign in again';

interface Claims {
  sub?: unknown;
  sid?: unknown;
  key?: unknown;
  gen?: unknown;
  exp?: unknown;
}

function options(secret: ServerSecret, audience: string) {
  return {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKey: secret.value,
    algorithms: [TOKEN_ALGORITHM as 'HS256'],
    // `expiryOf` checks it, by the server's Clock.
    ignoreExpiration: true,
    issuer: TOKEN_ISSUER,
    audience,
  };
}

/** When the token ends, in epoch milliseconds; throws `auth.invalid_token` if it has. */
function expiryOf(claims: Claims, clock: Clock, message: string): number {
  if (typeof claims.exp !== 'number') {
    throw invalidToken('the token has no expiry');
  }
  const expiresAt = claims.exp * 1000;
  if (expiresAt <= clock.now()) {
    throw invalidToken(message);
  }
  return expiresAt;
}

/** Tokens of people; good while their session is. */
@Injectable()
export class UserJwtStrategy extends PassportStrategy(Strategy, 'procspy-user') {
  constructor(
    secret: ServerSecret,
    private readonly sessions: SessionStore,
    private readonly clock: Clock,
  ) {
    super(options(secret, TOKEN_AUDIENCE.user));
  }

  async validate(claims: Claims): Promise<Credential> {
    const expiresAt = expiryOf(claims, this.clock, EXPIRED);
    const session =
      typeof claims.sid === 'string' ? await this.sessions.withUser(claims.sid) : null;
    if (
      !session ||
      session.user_id !== claims.sub ||
      session.ended_at !== null ||
      session.expires_at <= this.clock.now()
    ) {
      throw invalidToken('the session has ended; sign in again');
    }
    return {
      principal: {
        kind: 'user',
        id: session.user_id,
        email: session.email,
        role: session.role,
        session_id: String(claims.sid),
      },
      via: 'token',
      life: String(claims.sid),
      expiresAt: Math.min(expiresAt, session.expires_at),
    };
  }
}

/** Tokens of machines; good while the key is that they were made from. */
@Injectable()
export class MachineJwtStrategy extends PassportStrategy(Strategy, 'procspy-machine') {
  constructor(
    secret: ServerSecret,
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
  ) {
    super(options(secret, TOKEN_AUDIENCE.machine));
  }

  async validate(claims: Claims): Promise<Credential> {
    const expiresAt = expiryOf(claims, this.clock, EXPIRED);
    const key = typeof claims.key === 'string' ? await this.keys.byId(claims.key) : null;
    if (!key || key.machine === null || key.machine_id === null || key.machine_id !== claims.sub) {
      throw invalidToken('the token belongs to no machine key');
    }
    checkKeyInForce(key, this.clock.now());
    return {
      principal: {
        kind: 'machine',
        id: key.id,
        machineKey: key.machine,
        machine_id: key.machine_id,
      },
      via: 'token',
      life: key.id,
      expiresAt: Math.min(expiresAt, key.expires_at ?? Number.POSITIVE_INFINITY),
    };
  }
}

/** Refresh tokens; whether one still counts its session knows. */
@Injectable()
export class RefreshJwtStrategy extends PassportStrategy(Strategy, 'procspy-refresh') {
  constructor(
    secret: ServerSecret,
    private readonly clock: Clock,
  ) {
    super(options(secret, TOKEN_AUDIENCE.refresh));
  }

  validate(claims: Claims): RefreshClaims {
    expiryOf(claims, this.clock, REFRESH_EXPIRED);
    if (typeof claims.sid !== 'string' || typeof claims.gen !== 'number') {
      throw invalidToken('the refresh token is not valid; sign in again');
    }
    return { session_id: claims.sid, generation: claims.gen };
  }
}
