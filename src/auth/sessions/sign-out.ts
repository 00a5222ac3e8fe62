/** Ends the session that a request belongs to, by whichever proof of it the request brings. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../common/errors.js';
import { credentialOf } from '../access.guard.js';
import { AuditLog } from '../audit/audit-log.js';
import { Authenticator } from '../authenticator.js';
import { RateLimits } from '../limits/rate-limits.js';
import type { UserPrincipal } from '../principal.js';
import { type CookieRequest, refreshTokenOf } from './refresh-cookie.js';
import { SessionsService } from './sessions.service.js';

/** Signs people out. */
@Injectable()
export class SignOut {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
    private readonly limits: RateLimits,
  ) {}

  /** A request that belongs to no session is no error: nobody is signed in. */
  async end(request: CookieRequest): Promise<void> {
    const refreshToken = refreshTokenOf(request);
    if (refreshToken) {
      await this.record(await this.sessions.endByRefreshToken(refreshToken), request);
    }
    await this.record(await this.endByAccessToken(request), request);
  }

  private async record(actor: UserPrincipal | null, { ip: address }: FastifyRequest) {
    if (actor) {
      await this.audit.record({ action: 'session.end', actor, address, target: actor.session_id });
    }
  }

  private async endByAccessToken(request: FastifyRequest): Promise<UserPrincipal | null> {
    const token = credentialOf(request);
    if (!token) {
      return null;
    }
    try {
      this.limits.checkRefused('user', request.ip);
      const actor = await this.authenticator.authenticate(token, 'user');
      return actor.kind === 'user' && (await this.sessions.end(actor.session_id)) ? actor : null;
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      if (error.kind === 'unauthenticated') {
        this.limits.refused('user', request.ip);
      }
      return null;
    }
  }
}
