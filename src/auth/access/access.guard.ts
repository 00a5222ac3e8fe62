/** Checks every HTTP request against what its route declares. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../common/errors.js';
import { API_KEY_HEADER } from '../../contracts/index.js';
import { ACCESS_METADATA, type AccessLevel } from '../access.decorator.js';
import { AuthMetricsService } from '../auth-metrics.service.js';
import { RateLimitsService } from '../limits/rate-limits.service.js';
import type { Principal } from '../principal.js';
import { AuthenticationService } from './authentication.service.js';

type GuardedRequest = FastifyRequest & { principal?: Principal };

/** Sets `request.principal`, or refuses. Socket.IO gateways authenticate in their handshake. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly levels = new Map<unknown, AccessLevel>();

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: AuthenticationService,
    private readonly limits: RateLimitsService,
    private readonly metrics: AuthMetricsService,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') {
      return true;
    }
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    try {
      return this.check(request, this.levelOf(context));
    } catch (error) {
      throw this.counted(error);
    }
  }

  private check(request: GuardedRequest, level: AccessLevel): boolean | Promise<boolean> {
    const token = credentialOf(request);
    const known = this.authenticator.authenticateNow(token, level);
    return known ? this.admit(request, level, known) : this.authenticate(request, level, token);
  }

  private async authenticate(
    request: GuardedRequest,
    level: AccessLevel,
    token: string | undefined,
  ): Promise<boolean> {
    try {
      this.limits.checkRefused(level, request.ip);
      return this.admit(request, level, await this.authenticator.authenticate(token, level));
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') {
        this.limits.refused(level, request.ip);
      }
      throw this.counted(error);
    }
  }

  private admit(request: GuardedRequest, level: AccessLevel, principal: Principal): boolean {
    this.limits.take(level, principal, request.ip);
    request.principal = principal;
    return true;
  }

  private levelOf(context: ExecutionContext): AccessLevel {
    const handler = context.getHandler();
    const known = this.levels.get(handler);
    if (known !== undefined) {
      return known;
    }
    const level = this.reflector.getAllAndOverride<AccessLevel | undefined>(ACCESS_METADATA, [
      handler,
      context.getClass(),
    ]);
    if (level === undefined) {
      throw new AppError(
        'forbidden',
        'auth.undeclared',
        'this route does not say who may use it, so nobody may',
      );
    }
    this.levels.set(handler, level);
    return level;
  }

  private counted(error: unknown): unknown {
    if (error instanceof AppError) {
      this.metrics.refusedRequests.inc({ code: error.code });
    }
    return error;
  }
}

/** The key or token of a request: `X-API-Key`, or `Authorization: Bearer`. */
export function credentialOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const { [API_KEY_HEADER]: key, authorization } = request.headers;
  if (typeof key === 'string' && key !== '') {
    return key;
  }
  const isBearer = authorization?.slice(0, 7).toLowerCase() === 'bearer ';
  return (isBearer && authorization.slice(7).trim()) || undefined;
}
