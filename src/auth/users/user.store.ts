/** The statements on `users`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { atomically, type PreparedStatement } from '../../database/atomically.js';
import { SettingEntity } from '../setup/setting.entity.js';
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

  /** Makes an admin a viewer, unless it is the last admin. */
  async demote(id: string): Promise<void> {
    await this.whileAnotherAdminStays(
      this.repository
        .createQueryBuilder()
        .update()
        .set({ role: 'viewer' })
        .where(`id = :id AND ${ANOTHER_ADMIN}`, { id }),
    );
  }

  /** Deletes the user, unless it is the last admin. */
  async remove(id: string): Promise<void> {
    await this.whileAnotherAdminStays(
      this.repository
        .createQueryBuilder()
        .delete()
        .where(`id = :id AND (role <> 'admin' OR ${ANOTHER_ADMIN})`, { id }),
    );
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
    return { users: await query.orderBy('account.email').limit(limit).getMany(), total };
  }

  /**
   * Changes of admins take turns on one settings row: two that each count the other as the admin
   * who stays would otherwise leave none.
   */
  private async whileAnotherAdminStays(statement: PreparedStatement): Promise<void> {
    const turn = this.repository.manager
      .createQueryBuilder()
      .insert()
      .into(SettingEntity)
      .values({ name: 'admin_change', value: '' })
      .orUpdate(['value'], ['name']);
    await atomically(this.repository.manager.dataSource, [turn, statement]);
  }
}

const ANOTHER_ADMIN =
  "EXISTS (SELECT 1 FROM users other WHERE other.role = 'admin' AND other.id <> users.id)";
