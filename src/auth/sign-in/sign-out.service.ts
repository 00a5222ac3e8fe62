/** Ends the session that a request belongs to, by whichever proof of it the request brings. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../common/errors.js';
import { credentialOf } from '../access/access.guard.js';
import { AuthenticationService } from '../access/authentication.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RateLimitsService } from '../limits/rate-limits.service.js';
import type { UserPrincipal } from '../principal.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type CookieRequest, refreshTokenOf } from './refresh-cookie.js';

/** Signs people out. */
@Injectable()
export class SignOutService {
  constructor(
    private readonly authenticator: AuthenticationService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly limits: RateLimitsService,
  ) {}

  /** A request without a session is not an error: there is nothing to end. */
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
