/** The accounts of people, as administrators manage them. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError, NotFoundError } from '../../common/errors.js';
import { type PageQuery, parseTextCursor, toPage } from '../../common/paging.js';
import { isoTime, isoTimeOrNull } from '../../common/times.js';
import type { Page, Role, User } from '../../contracts/index.js';
import { faultOf } from '../../database/faults.js';
import { AuditService } from '../audit/audit.service.js';
import type { UserActor } from '../principal.js';
import type { UserEntity } from '../records/user.entity.js';
import { UserStore } from '../records/user.store.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { newUser } from './new-user.js';
import { PasswordsService } from './passwords.service.js';
import { SecondFactorService } from './second-factor.service.js';

/** Throws `users.not_found` (404), `users.email_taken` and `users.last_admin` (409). */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: PasswordsService,
    private readonly secondFactor: SecondFactorService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(query: PageQuery): Promise<Page<User>> {
    const { limit } = query;
    const { users, total } = await this.users.page(limit, parseTextCursor(query.cursor));
    return toPage(users, { total, limit, keyOf: ({ email }) => [email], toItem: userAnswer });
  }

  async get(id: string): Promise<User> {
    return userAnswer(await this.find(id));
  }

  async create(
    body: { email: string; password: string; role: Role },
    by: UserActor,
  ): Promise<User> {
    const hash = await this.passwords.hash(body.password);
    const user = newUser(body.email, hash, body.role, this.clock.now());
    await refusingTakenEmail(() => this.users.insert(user));
    await this.record('user.create', user, by, { role: user.role });
    return userAnswer(user);
  }

  /** Ends the user's sessions, except the one that asks if only its own account's password changed. */
  async change(
    id: string,
    changes: { email?: string; password?: string; role?: Role },
    by: UserActor,
  ): Promise<User> {
    const user = await this.find(id);
    const change: Partial<UserEntity> = {};
    if (changes.email !== undefined) {
      change.email = changes.email;
    }
    if (changes.role !== undefined && changes.role !== user.role) {
      change.role = changes.role;
    }
    if (changes.password !== undefined) {
      change.password_hash = await this.passwords.hash(changes.password);
    }
    if (Object.keys(change).length === 0) {
      return userAnswer(user);
    }
    const keep = by.actor.id === id && change.role === undefined ? by.actor.session_id : null;
    await this.apply(user, change, keep);
    await this.record('user.change', user, by, {
      fields: Object.keys(change).join(', ').replace('password_hash', 'password'),
      ...(change.email && { new_email: change.email }),
      ...(change.role && { role: change.role }),
    });
    return this.get(id);
  }

  async remove(id: string, by: UserActor): Promise<void> {
    const user = await this.find(id);
    const open = await this.sessions.list(id);
    await this.users.remove(id, this.clock.now());
    if (await this.users.byId(id)) {
      throw lastAdmin();
    }
    this.sessions.publishEnded(open.map((session) => session.id));
    await this.record('user.delete', user, by);
  }

  /** For a user who lost both the second factor and the recovery codes. */
  async removeSecondFactor(id: string, by: UserActor): Promise<void> {
    const user = await this.find(id);
    await this.secondFactor.disable(id);
    await this.record('user.totp_remove', user, by);
  }

  private async apply(user: UserEntity, change: Partial<UserEntity>, keep: string | null) {
    const open = await this.sessions.list(user.id);
    const demoted = change.role === 'viewer';
    await refusingTakenEmail(() =>
      this.users.changeAndEndSessions(user.id, change, { now: this.clock.now(), keep, demoted }),
    );
    if (demoted && (await this.find(user.id)).role === 'admin') {
      throw lastAdmin();
    }
    this.sessions.publishEnded(open.map(({ id }) => id).filter((id) => id !== keep));
  }

  private async find(id: string): Promise<UserEntity> {
    const user = await this.users.byId(id);
    if (!user) {
      throw new NotFoundError('users.not_found', 'there is no user with this id');
    }
    return user;
  }

  private record(
    action: string,
    user: UserEntity,
    by: UserActor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    return this.audit.record({
      action,
      ...by,
      target: user.id,
      details: { email: user.email, ...details },
    });
  }
}

/** A user as answered. */
export function userAnswer(user: UserEntity): User {
  return {
    id: user.id,
    email: user.email,
    role: user.role,
    created_at: isoTime(user.created_at),
    last_login_at: isoTimeOrNull(user.last_login_at),
    totp_enabled: user.totp_enabled_at !== null,
  };
}

async function refusingTakenEmail(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw faultOf(error) === 'unique_violation'
      ? new AppError('conflict', 'users.email_taken', 'another user has this e-mail address')
      : error;
  }
}

function lastAdmin(): AppError {
  return new AppError(
    'conflict',
    'users.last_admin',
    'this is the last administrator; make another user an admin first',
  );
}
