/** Finds out who a credential stands for, and whether that caller may do what is asked. */
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import { type AccessLevel, isOpenTo, permits, requirementOf } from '../access-levels.js';
import type { Credential } from '../credential.js';
import { sha256 } from '../hashing.js';
import { KeyLookupService } from '../keys/key-lookup.service.js';
import type { Principal } from '../principal.js';
import { MachineJwtStrategy, UserJwtStrategy } from '../tokens/jwt.strategies.js';
import { verifyToken } from '../tokens/passport.adapter.js';
import { TOKEN_AUDIENCE } from '../tokens/token-format.js';
import { CredentialCacheService } from './credential-cache.service.js';

/** Longer credentials are not ours; they are not even hashed. */
const MAX_CREDENTIAL_LENGTH = 4096;

const ANONYMOUS: Principal = { kind: 'anonymous' };

/** Used by the access guard for HTTP and by the gateways for Socket.IO handshakes. */
@Injectable()
export class AuthenticationService {
  private readonly fixedEnrollment: Buffer | null;

  constructor(
    private readonly config: ServerConfig,
    private readonly cache: CredentialCacheService,
    private readonly keys: KeyLookupService,
    private readonly jwt: JwtService,
    private readonly userTokens: UserJwtStrategy,
    private readonly machineTokens: MachineJwtStrategy,
    private readonly clock: Clock,
  ) {
    this.fixedEnrollment = config.enrollmentKey ? Buffer.from(sha256(config.enrollmentKey)) : null;
  }

  /**
   * Who calls with `token` (a key or a JWT), if they may use what asks for `level`. Where a level is
   * open to everyone no credential is needed, but one that is shown and wrong is refused: whoever
   * shows it believes to be known. Throws AppError: `auth.required`, `auth.invalid_key`,
   * `auth.invalid_token`, `auth.key_revoked`, `auth.key_expired` (401) or `auth.forbidden` (403).
   */
  async authenticate(token: string | undefined, level: AccessLevel): Promise<Principal> {
    const open = isOpenTo(level, this.config);
    if (level === 'anyone' || (open && token === undefined)) {
      return ANONYMOUS;
    }
    const credential = await this.resolve(token);
    if (permits(level, credential)) {
      return credential.principal;
    }
    if (open) {
      return ANONYMOUS;
    }
    throw new AppError('forbidden', 'auth.forbidden', `this needs ${requirementOf(level)}`);
  }

  /** Like `authenticate`, at once, from what is known already; `undefined` if a lookup is needed. */
  authenticateNow(token: string | undefined, level: AccessLevel): Principal | undefined {
    if (level === 'anyone') {
      return ANONYMOUS;
    }
    if (token === undefined) {
      return isOpenTo(level, this.config) ? ANONYMOUS : undefined;
    }
    if (token.length > MAX_CREDENTIAL_LENGTH) {
      return undefined;
    }
    const credential = this.cache.peek(sha256(token));
    return credential && permits(level, credential) ? credential.principal : undefined;
  }

  private async resolve(token: string | undefined): Promise<Credential> {
    if (token === undefined || token === '') {
      throw new AppError(
        'unauthenticated',
        'auth.required',
        'a credential is needed: send X-API-Key or Authorization: Bearer',
      );
    }
    if (token.length > MAX_CREDENTIAL_LENGTH) {
      throw invalidKey();
    }
    const hash = sha256(token);
    return this.cache.get(hash, () => this.lookUp(token, hash));
  }

  private async lookUp(token: string, hash: string): Promise<Credential> {
    if (this.fixedEnrollment && timingSafeEqual(Buffer.from(hash), this.fixedEnrollment)) {
      return {
        principal: { kind: 'key', id: 'environment', scope: 'enroll' },
        via: 'key',
        life: 'environment',
        expiresAt: Number.POSITIVE_INFINITY,
      };
    }
    if (looksLikeJwt(token)) {
      const machine = audienceOf(this.jwt, token) === TOKEN_AUDIENCE.machine;
      return verifyToken<Credential>(machine ? this.machineTokens : this.userTokens, token);
    }
    const credential = await this.keys.find(hash, this.clock.now());
    if (!credential) {
      throw invalidKey();
    }
    return credential;
  }
}

function invalidKey(): AppError {
  return new AppError('unauthenticated', 'auth.invalid_key', 'the key is not known here');
}

function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/** What the token says of itself, before anything is verified; only picks who verifies it. */
function audienceOf(jwt: JwtService, token: string): unknown {
  try {
    const claims: unknown = jwt.decode(token);
    return typeof claims === 'object' && claims !== null && 'aud' in claims
      ? claims.aud
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
