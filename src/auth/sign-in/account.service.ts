/** What people do with their own account. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import { isoTime } from '../../common/times.js';
import type { Me, Session, TotpOffer } from '../../contracts/index.js';
import { AuditService } from '../audit/audit.service.js';
import { LoginThrottleService } from '../limits/login-throttle.service.js';
import type { UserActor, UserPrincipal } from '../principal.js';
import type { UserEntity } from '../records/user.entity.js';
import { UserStore } from '../records/user.store.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { invalidToken } from '../tokens/token-format.js';
import { PasswordsService } from '../users/passwords.service.js';
import { SecondFactorService } from '../users/second-factor.service.js';
import { userAnswer } from '../users/users.service.js';

/** What changes how one signs in asks for the password again: `auth.wrong_password` (403). */
@Injectable()
export class AccountService {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: PasswordsService,
    private readonly secondFactor: SecondFactorService,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottleService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async me(actor: UserPrincipal): Promise<Me> {
    const user = await this.find(actor);
    return {
      ...userAnswer(user),
      session_id: actor.session_id,
      recovery_codes_left: user.recovery_hashes.length,
    };
  }

  /** Ends all other sessions. */
  async changePassword(current: string, next: string, by: UserActor): Promise<void> {
    const user = await this.proven(current, by, 'account.password');
    const open = await this.sessions.list(user.id);
    const keep = by.actor.session_id;
    await this.users.changeAndEndSessions(
      user.id,
      { password_hash: await this.passwords.hash(next) },
      { now: this.clock.now(), keep, demoted: false },
    );
    this.sessions.publishEnded(open.map(({ id }) => id).filter((id) => id !== keep));
    await this.record('account.password', by);
  }

  async listSessions(actor: UserPrincipal): Promise<Session[]> {
    return (await this.sessions.list(actor.id)).map((session) => ({
      id: session.id,
      current: session.id === actor.session_id,
      created_at: isoTime(session.created_at),
      last_used_at: isoTime(session.last_used_at),
      expires_at: isoTime(session.expires_at),
      address: session.address,
      user_agent: session.user_agent,
    }));
  }

  async endSession(sessionId: string, by: UserActor): Promise<void> {
    await this.sessions.endOwn(by.actor, sessionId);
    await this.record('session.end', by, sessionId);
  }

  /** Signs out everywhere, here too. */
  async endAllSessions(by: UserActor): Promise<void> {
    await this.sessions.endAllOf(by.actor.id);
    await this.record('session.end_all', by);
  }

  /** Signs out everywhere but here. */
  async endOtherSessions(by: UserActor): Promise<void> {
    await this.sessions.endAllOf(by.actor.id, by.actor.session_id);
    await this.record('session.end_others', by);
  }

  async offerSecondFactor(password: string, by: UserActor): Promise<TotpOffer> {
    const user = await this.proven(password, by, 'account.totp_offer');
    const offer = await this.secondFactor.offer(user);
    await this.record('account.totp_offer', by);
    return offer;
  }

  async enableSecondFactor(code: string, by: UserActor): Promise<string[]> {
    const user = await this.find(by.actor);
    await this.throttle.begin(user.email, by.address);
    const codes = await this.secondFactor.enable(user, code);
    await this.throttle.succeed(user.email, by.address);
    await this.record('account.totp_enable', by);
    return codes;
  }

  async disableSecondFactor(password: string, by: UserActor): Promise<void> {
    const user = await this.proven(password, by, 'account.totp_disable');
    await this.secondFactor.disable(user.id);
    await this.record('account.totp_disable', by);
  }

  /** Whoever found a browser open does not know the password; `action` is what they were after. */
  private async proven(password: string, by: UserActor, action: string): Promise<UserEntity> {
    const user = await this.find(by.actor);
    await this.throttle.begin(user.email, by.address);
    if (!(await this.passwords.verify(user.password_hash, password))) {
      await this.audit.record({
        action,
        outcome: 'failure',
        ...by,
        target: user.id,
        details: { reason: 'password' },
      });
      throw new AppError('forbidden', 'auth.wrong_password', 'your present password is another');
    }
    await this.throttle.succeed(user.email, by.address);
    return user;
  }

  private async find(actor: UserPrincipal): Promise<UserEntity> {
    const user = await this.users.byId(actor.id);
    if (!user) {
      throw invalidToken('the account was deleted');
    }
    return user;
  }

  private record(action: string, by: UserActor, target = by.actor.id): Promise<void> {
    return this.audit.record({ action, ...by, target });
  }
}
