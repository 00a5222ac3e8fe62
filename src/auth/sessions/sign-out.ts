/** Ends the session that a request belongs to, by whichever proof of it the request brings. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../common/errors.js';
import { credentialOf } from '../access.guard.js';
import { AuditLog } from '../audit/audit-log.js';
import { Authenticator } from '../authenticator.js';
import { type CookieRequest, refreshTokenOf } from './refresh-cookie.js';
import { SessionsService } from './sessions.service.js';

/** Signs people out. */
@Injectable()
export class SignOut {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
  ) {}

  /** A request that belongs to no session is no error: nobody is signed in. */
  async end(request: CookieRequest): Promise<void> {
    const refreshToken = refreshTokenOf(request);
    if (refreshToken) {
      await this.sessions.endByRefreshToken(refreshToken);
    }
    await this.endByAccessToken(request);
  }

  private async endByAccessToken(request: FastifyRequest): Promise<void> {
    const token = credentialOf(request);
    if (!token) {
      return;
    }
    try {
      const actor = await this.authenticator.authenticate(token, 'user');
      if (actor.kind === 'user') {
        await this.sessions.end(actor.session_id);
        await this.audit.record({ action: 'session.end', actor, address: request.ip });
      }
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
    }
  }
}
