/** Checks user and machine tokens: signature, algorithm, issuer, audience, expiry, then the database. */
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import { ServerSecret } from '../../secrets/server-secret.js';
import type { Credential } from '../credential.js';
import { ApiKeyStore } from '../keys/api-key.store.js';
import { checkKeyInForce } from '../keys/check-key.js';
import { SessionStore } from '../sessions/session.store.js';
import { invalidToken, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from './tokens.js';

interface Claims {
  sub?: unknown;
  sid?: unknown;
  key?: unknown;
  exp?: unknown;
}

function options(secret: ServerSecret, audience: string) {
  return {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKey: secret.value,
    algorithms: [TOKEN_ALGORITHM as 'HS256'],
    issuer: TOKEN_ISSUER,
    audience,
  };
}

function expiry(claims: Claims): number {
  if (typeof claims.exp !== 'number') {
    throw invalidToken('the token has no expiry');
  }
  return claims.exp * 1000;
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
      expiresAt: Math.min(expiry(claims), session.expires_at),
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
    const key = typeof claims.key === 'string' ? await this.keys.byId(claims.key) : null;
    if (!key || key.machine === null || key.machine_id === null || key.machine_id !== claims.sub) {
      throw invalidToken('the token belongs to no machine key');
    }
    checkKeyInForce(key, this.clock.now());
    return {
      principal: {
        kind: 'machine',
        id: key.id,
        machine: key.machine,
        machine_id: key.machine_id,
      },
      via: 'token',
      life: key.id,
      expiresAt: Math.min(expiry(claims), key.expires_at ?? Number.POSITIVE_INFINITY),
    };
  }
}

/**
 * Runs a Passport strategy on a token, as Passport does for a request; also for sockets, which have
 * none. Throws `auth.invalid_token` where the strategy says no.
 */
export function runStrategy(strategy: Strategy, token: string): Promise<Credential> {
  return new Promise((resolve, reject) => {
    const attempt: Strategy = Object.create(strategy);
    attempt.success = (credential: unknown) => resolve(credential as Credential);
    attempt.error = reject;
    attempt.fail = (reason: unknown) => reject(describe(reason));
    const request = { headers: { authorization: `Bearer ${token}` } };
    attempt.authenticate(request as Parameters<Strategy['authenticate']>[0]);
  });
}

function describe(reason: unknown): AppError {
  const expired = reason instanceof Error && reason.name === 'TokenExpiredError';
  return invalidToken(
    expired ? 'the token has expired; get a new one' : 'the token is not one of this server',
  );
}
