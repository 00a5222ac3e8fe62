/** The statements on `users`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { atomically, type PreparedStatement } from '../../database/atomically.js';
import { SettingEntity } from '../../settings/setting.entity.js';
import { PreferenceEntity } from './preference.entity.js';
import { SessionEntity } from './session.entity.js';
import { UserEntity } from './user.entity.js';

/** Reads and writes users. */
@Injectable()
export class UserStore {
  constructor(@InjectRepository(UserEntity) private readonly repository: Repository<UserEntity>) {}

  /** True if there is any user. */
  async any(): Promise<boolean> {
    return (await this.repository.find({ select: { id: true }, take: 1 })).length > 0;
  }

  byId(id: string): Promise<UserEntity | null> {
    return this.repository.findOneBy({ id });
  }

  byEmail(email: string): Promise<UserEntity | null> {
    return this.repository.findOneBy({ email });
  }

  /** Throws a unique violation if the address is taken. */
  async insert(user: UserEntity): Promise<void> {
    await this.repository.insert(user);
  }

  /** False if there is no such user. */
  async change(id: string, change: Partial<UserEntity>): Promise<boolean> {
    return (await this.repository.update({ id }, change)).affected === 1;
  }

  /**
   * Changes the user and ends its sessions (but not `keep`) as one. Where `demoted`, nothing happens
   * to the last admin. Throws a unique violation if the new address is taken.
   */
  async changeAndEndSessions(
    id: string,
    change: Partial<UserEntity>,
    { now, keep, demoted }: { now: number; keep: string | null; demoted: boolean },
  ): Promise<void> {
    const update = this.repository
      .createQueryBuilder()
      .update()
      .set(change)
      .where('id = :id', { id });
    const end = this.endSessions(id, now).andWhere('id <> :keep', { keep: keep ?? '' });
    if (!demoted) {
      await atomically(this.repository.manager.dataSource, [update, end]);
      return;
    }
    await this.takingTurns([
      update.andWhere(ANOTHER_ADMIN),
      end.andWhere(
        "EXISTS (SELECT 1 FROM users gone WHERE gone.id = :id AND gone.role = 'viewer')",
        {
          id,
        },
      ),
    ]);
  }

  /** Deletes the user with its preferences and ends its sessions as one, unless it is the last admin. */
  async remove(id: string, now: number): Promise<void> {
    await this.takingTurns([
      this.repository
        .createQueryBuilder()
        .delete()
        .where(`id = :id AND (role <> 'admin' OR ${ANOTHER_ADMIN})`, { id }),
      this.endSessions(id, now).andWhere(USER_IS_GONE, { id }),
      this.repository.manager
        .createQueryBuilder()
        .delete()
        .from(PreferenceEntity)
        .where(`user_id = :id AND ${USER_IS_GONE}`, { id }),
    ]);
  }

  /** Uses up the 30-second step of a one-time code; false if it has been used. */
  async useTotpStep(id: string, step: number): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ totp_last_step: step })
      .where('id = :id AND totp_last_step < :step', { id, step })
      .execute();
    return affected === 1;
  }

  /** Replaces the recovery codes if they still are `before`; false if another call was first. */
  async replaceRecoveryHashes(id: string, before: string[], after: string[]): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ recovery_hashes: after })
      .where('id = :id AND recovery_hashes = :before', { id, before: JSON.stringify(before) })
      .execute();
    return affected === 1;
  }

  /** A page of users by address. */
  async page(limit: number, after: string | null): Promise<{ users: UserEntity[]; total: number }> {
    const total = await this.repository.count();
    const query = this.repository.createQueryBuilder('account');
    if (after !== null) {
      query.where('account.email > :after', { after });
    }
    return {
      users: await query
        .orderBy('account.email')
        .limit(limit + 1)
        .getMany(),
      total,
    };
  }

  private endSessions(userId: string, now: number) {
    return this.repository.manager
      .createQueryBuilder()
      .update(SessionEntity)
      .set({ ended_at: now })
      .where('user_id = :userId AND ended_at IS NULL', { userId });
  }

  /**
   * Changes of admins take turns on one settings row: two that each count the other as the admin
   * who stays would otherwise leave none.
   */
  private async takingTurns(statements: PreparedStatement[]): Promise<void> {
    const turn = this.repository.manager
      .createQueryBuilder()
      .insert()
      .into(SettingEntity)
      .values({ name: 'admin_change', value: '' })
      .orUpdate(['value'], ['name']);
    await atomically(this.repository.manager.dataSource, [turn, ...statements]);
  }
}

const USER_IS_GONE = 'NOT EXISTS (SELECT 1 FROM users gone WHERE gone.id = :id)';
const ANOTHER_ADMIN =
  "EXISTS (SELECT 1 FROM users other WHERE other.role = 'admin' AND other.id <> users.id)";
