/** The first administrator: from the environment, or by a one-time code. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AppError } from '../../common/errors.js';
import { ServerConfig } from '../../config/server-config.js';
import type { SetupBody, SetupState } from '../../contracts/index.js';
import { faultOf } from '../../database/faults.js';
import { SettingStore } from '../../settings/setting.store.js';
import { AuditService } from '../audit/audit.service.js';
import { sha256 } from '../hashing.js';
import type { UserEntity } from '../records/user.entity.js';
import { UserStore } from '../records/user.store.js';
import { newUser } from '../users/new-user.js';
import { PasswordsService } from '../users/passwords.service.js';

const CODE_SETTING = 'setup_code';
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ0123456789';

/** Creates the first administrator, once. */
@Injectable()
export class SetupService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Setup');
  private done = false;

  constructor(
    private readonly config: ServerConfig,
    private readonly users: UserStore,
    private readonly settings: SettingStore,
    private readonly passwords: PasswordsService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.authRequired) {
      this.logger.warn(
        'PROCSPY_AUTH_REQUIRED is false: anyone who reaches this server may register machines, push and read',
      );
    }
    if (this.config.admin) {
      await this.createConfiguredAdmin(this.config.admin);
    }
  }

  /** The code that creates the first administrator; `null` once there is a user. */
  async pendingCode(): Promise<string | null> {
    return (await this.required()) ? this.settings.valueOr(CODE_SETTING, newCode()) : null;
  }

  /** Whether the first administrator is still to be created. */
  async state(): Promise<SetupState> {
    return { setup_required: await this.required(), auth_required: this.config.authRequired };
  }

  /**
   * Creates the first administrator. Of several calls with the right code one succeeds. Throws
   * `auth.invalid_setup_code` (403) or `auth.setup_done` (409).
   */
  async create(body: SetupBody): Promise<UserEntity> {
    if (!(await this.required())) {
      throw setupDone();
    }
    const expected = await this.settings.value(CODE_SETTING);
    if (!expected) {
      // Another call took the code; its administrator may not be readable yet.
      throw setupDone();
    }
    const given = body.code.trim().toUpperCase();
    if (!sameSecret(expected, given)) {
      throw new AppError(
        'forbidden',
        'auth.invalid_setup_code',
        'the setup code is wrong; the server printed it at its start',
      );
    }
    const hash = await this.passwords.hash(body.password);
    if (!(await this.settings.take(CODE_SETTING, expected))) {
      throw setupDone();
    }
    const user = newUser(body.email, hash, 'admin', this.clock.now());
    try {
      await this.users.insert(user);
    } catch (error) {
      await this.settings.valueOr(CODE_SETTING, expected);
      throw error;
    }
    return user;
  }

  private async required(): Promise<boolean> {
    // Users never vanish again: the last admin cannot be deleted.
    this.done ||= await this.users.any();
    return !this.done;
  }

  /** Never touches a user who exists: a password that was changed stays changed. */
  private async createConfiguredAdmin(admin: { email: string; password: string }): Promise<void> {
    if (await this.users.byEmail(admin.email)) {
      return;
    }
    const hash = await this.passwords.hash(admin.password);
    const user = newUser(admin.email, hash, 'admin', this.clock.now());
    try {
      await this.users.insert(user);
    } catch (error) {
      if (faultOf(error) !== 'unique_violation') {
        throw error;
      }
      return;
    }
    this.logger.log(`created the administrator ${admin.email}`);
    await this.audit.record({
      action: 'user.create',
      actor: { kind: 'anonymous' },
      actorName: 'environment',
      target: user.id,
      details: { email: user.email, role: user.role },
    });
  }
}

function sameSecret(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(expected)), Buffer.from(sha256(given)));
}

function setupDone(): AppError {
  return new AppError('conflict', 'auth.setup_done', 'the first administrator exists; sign in');
}

/** 80 random bits in four groups that can be typed. */
function newCode(): string {
  const letters = [...randomBytes(16)].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}
