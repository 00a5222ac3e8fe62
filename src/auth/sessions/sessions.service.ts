/** Signing in, staying signed in, signing out. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError, NotFoundError } from '../../common/errors.js';
import type { TokenAnswer } from '../../contracts/index.js';
import { DomainEvents } from '../../domain-events/domain-events.js';
import { AuditService } from '../audit/audit.service.js';
import type { UserPrincipal } from '../principal.js';
import type { SessionEntity } from '../records/session.entity.js';
import { SessionStore } from '../records/session.store.js';
import type { UserEntity } from '../records/user.entity.js';
import { invalidToken, type RefreshClaims } from '../tokens/token-format.js';
import { TokensService } from '../tokens/tokens.service.js';

/** A session that is not used for this long ends. */
const IDLE_MS = 30 * 86_400_000;
/** Two tabs share a cookie: so long after its token was traded, the other tab may come with it too. */
const OVERLAP_MS = 10_000;

/** Where a request comes from. */
export interface Origin {
  address: string;
  userAgent: string;
}

/** A signed-in person's tokens; the refresh token goes into a cookie, never into a body. */
export interface SignedIn {
  session_id: string;
  answer: TokenAnswer;
  refreshToken: string;
  /** Epoch milliseconds. */
  refreshExpiresAt: number;
}

/** Keeps the sessions of people. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly tokens: TokensService,
    private readonly events: DomainEvents,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Opens a session for a user who has proven who they are. */
  async open(user: UserEntity, origin: Origin): Promise<SignedIn> {
    const now = this.clock.now();
    const session: SessionEntity = {
      id: randomUUID(),
      user_id: user.id,
      generation: 1,
      created_at: now,
      last_used_at: now,
      expires_at: now + IDLE_MS,
      ended_at: null,
      address: origin.address.slice(0, 45),
      user_agent: origin.userAgent.replaceAll('\0', '').slice(0, 200),
    };
    await this.sessions.insert(session);
    return this.signedIn(user.id, session.id, 1, session.expires_at);
  }

  /**
   * Trades a refresh token for the next one. One that was traded before ends its session: either its
   * holder or whoever came first is a thief. Only the one just traded may come again, for a moment,
   * and is answered with the same next one. Throws `auth.invalid_token`.
   */
  async refresh(token: string, origin: Origin): Promise<SignedIn> {
    const claims = await this.tokens.readRefresh(token);
    const { session_id, generation } = claims;
    const now = this.clock.now();
    const advanced = await this.sessions.advance(session_id, generation, now, now + IDLE_MS);
    const session = await this.sessions.byId(session_id);
    if (session?.ended_at === null) {
      const { user_id, expires_at, last_used_at } = session;
      const justTraded = session.generation === generation + 1 && now - last_used_at <= OVERLAP_MS;
      if (advanced || justTraded) {
        return this.signedIn(user_id, session_id, generation + 1, expires_at);
      }
      if (generation < session.generation) {
        await this.endReused(session, origin);
      }
    }
    throw invalidToken('the session has ended; sign in again');
  }

  /** Ends the session of a refresh token; answers whose it was, `null` if there was none to end. */
  async endByRefreshToken(token: string): Promise<UserPrincipal | null> {
    let claims: RefreshClaims;
    try {
      claims = await this.tokens.readRefresh(token);
    } catch (error) {
      if (error instanceof AppError) {
        return null;
      }
      throw error;
    }
    const { session_id } = claims;
    const session = await this.sessions.withUser(session_id);
    if (!session || !(await this.end(session_id))) {
      return null;
    }
    const { user_id: id, email, role } = session;
    return { kind: 'user', id, email, role, session_id };
  }

  /** Ends a session, on every replica within seconds; false if it had ended already. */
  async end(sessionId: string): Promise<boolean> {
    const ended = await this.sessions.end(sessionId, this.clock.now());
    if (ended) {
      this.publishEnded([sessionId]);
    }
    return ended;
  }

  /** Ends one of the caller's own sessions; throws `auth.session_not_found`. */
  async endOwn(user: UserPrincipal, sessionId: string): Promise<void> {
    const session = await this.sessions.byId(sessionId);
    if (session?.user_id !== user.id || session.ended_at !== null) {
      throw new NotFoundError('auth.session_not_found', 'you have no such session');
    }
    await this.end(sessionId);
  }

  /** Ends all sessions of a user, but not `keep`. */
  async endAllOf(userId: string, keep: string | null = null): Promise<void> {
    this.publishEnded(await this.sessions.endAllOf(userId, this.clock.now(), keep));
  }

  /** The living sessions of a user, latest use first. */
  list(userId: string): Promise<SessionEntity[]> {
    return this.sessions.aliveOf(userId, this.clock.now());
  }

  /** Deletes the rows of sessions that ended or expired before `olderThan` (epoch milliseconds). */
  prune(olderThan: number): Promise<void> {
    return this.sessions.deleteBefore(olderThan);
  }

  /** Tells that these sessions have ended in the database. */
  publishEnded(ids: string[]): void {
    if (ids.length > 0) {
      this.events.publish('auth.revoked', { principal_ids: ids });
    }
  }

  private async endReused({ id, user_id }: SessionEntity, origin: Origin): Promise<void> {
    await this.end(id);
    await this.audit.record({
      action: 'session.refresh_reused',
      outcome: 'failure',
      actor: { kind: 'anonymous' },
      address: origin.address,
      target: id,
      details: { user_id },
    });
  }

  private signedIn(
    userId: string,
    sessionId: string,
    generation: number,
    expiresAt: number,
  ): SignedIn {
    return {
      session_id: sessionId,
      answer: this.tokens.forUser(userId, sessionId),
      refreshToken: this.tokens.refresh({ session_id: sessionId, generation }, expiresAt),
      refreshExpiresAt: expiresAt,
    };
  }
}
