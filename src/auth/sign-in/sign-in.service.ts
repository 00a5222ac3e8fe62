/** Proves who a person is: password, then the second factor where there is one. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import type { SetupBody } from '../../contracts/index.js';
import { AuditService } from '../audit/audit.service.js';
import { AuthMetricsService } from '../auth-metrics.service.js';
import { LoginThrottleService } from '../limits/login-throttle.service.js';
import type { UserEntity } from '../records/user.entity.js';
import { UserStore } from '../records/user.store.js';
import { type Origin, SessionsService, type SignedIn } from '../sessions/sessions.service.js';
import { SetupService } from '../setup/setup.service.js';
import { PasswordsService } from '../users/passwords.service.js';
import { type SecondFactorKind, SecondFactorService } from '../users/second-factor.service.js';

/** What a person signs in with. */
export interface SignInAttempt {
  email: string;
  password: string;
  /** From the authenticator app, or a recovery code; for accounts with a second factor. */
  totp?: string;
}

/** Signs people in. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: PasswordsService,
    private readonly secondFactor: SecondFactorService,
    private readonly throttle: LoginThrottleService,
    private readonly sessions: SessionsService,
    private readonly setup: SetupService,
    private readonly audit: AuditService,
    private readonly metrics: AuthMetricsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session. Throws `auth.invalid_credentials`, `auth.totp_required`, `auth.invalid_totp`
   * (401) or `auth.rate_limited` (429); the first one tells nothing about the account.
   */
  async signIn(attempt: SignInAttempt, origin: Origin): Promise<SignedIn> {
    const email = attempt.email.toLowerCase();
    await this.throttle.begin(email, origin.address);
    const user = await this.users.byEmail(email);
    const right = await this.passwords.verify(user?.password_hash ?? null, attempt.password);
    if (!user || !right) {
      await this.refused(email, origin, 'password');
      throw invalidCredentials();
    }
    const second_factor =
      user.totp_enabled_at === null
        ? null
        : await this.checkSecondFactor(user, attempt.totp, origin);
    await this.throttle.succeed(email, origin.address);
    return this.open(user, 'session.open', origin, { ...(second_factor && { second_factor }) });
  }

  /** Creates the first administrator and opens a session; throws what SetupService does. */
  async setUp(body: SetupBody, origin: Origin): Promise<SignedIn> {
    let user: UserEntity;
    try {
      user = await this.setup.create(body);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'forbidden') {
        await this.recordFailure('setup.complete', body.email, origin, 'code');
      }
      throw error;
    }
    return this.open(user, 'setup.complete', origin);
  }

  private async open(
    user: UserEntity,
    action: string,
    origin: Origin,
    details: Record<string, unknown> = {},
  ): Promise<SignedIn> {
    await this.users.change(user.id, { last_login_at: this.clock.now() });
    const signedIn = await this.sessions.open(user, origin);
    await this.checkUnchanged(user, signedIn);
    this.metrics.signIns.inc({ result: 'success' });
    await this.audit.record({
      action,
      actor: {
        kind: 'user',
        id: user.id,
        email: user.email,
        role: user.role,
        session_id: signedIn.session_id,
      },
      address: origin.address,
      target: signedIn.session_id,
      details,
    });
    return signedIn;
  }

  /** A password that was changed while the old one was being checked must not open a session. */
  private async checkUnchanged(user: UserEntity, { session_id }: SignedIn): Promise<void> {
    const present = await this.users.byId(user.id);
    if (present?.password_hash !== user.password_hash) {
      await this.sessions.end(session_id);
      throw invalidCredentials();
    }
  }

  private async checkSecondFactor(
    user: UserEntity,
    code: string | undefined,
    origin: Origin,
  ): Promise<SecondFactorKind> {
    if (!code) {
      throw new AppError(
        'unauthenticated',
        'auth.totp_required',
        'this account has a second factor: send its code as totp',
      );
    }
    const kind = await this.secondFactor.accept(user, code);
    if (!kind) {
      await this.refused(user.email, origin, 'totp');
      throw new AppError('unauthenticated', 'auth.invalid_totp', 'the code is wrong or was used');
    }
    return kind;
  }

  private refused(email: string, origin: Origin, reason: string): Promise<void> {
    this.metrics.signIns.inc({ result: 'failure' });
    return this.recordFailure('session.open', email, origin, reason);
  }

  private recordFailure(action: string, email: string, origin: Origin, reason: string) {
    return this.audit.record({
      action,
      outcome: 'failure',
      actor: { kind: 'anonymous' },
      actorName: email,
      address: origin.address,
      details: { reason },
    });
  }
}

function invalidCredentials(): AppError {
  return new AppError(
    'unauthenticated',
    'auth.invalid_credentials',
    'the e-mail address or the password is wrong',
  );
}
