/** The statements on `api_keys`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, MoreThan, Not, Repository } from 'typeorm';
import { atomically } from '../../database/atomically.js';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
import { ApiKeyEntity } from './api-key.entity.js';

/** Reads and writes keys; one statement each, or one transaction. */
@Injectable()
export class ApiKeyStore {
  constructor(
    @InjectRepository(ApiKeyEntity) private readonly repository: Repository<ApiKeyEntity>,
  ) {}

  /** The key with that SHA-256, revoked and expired ones too. */
  byHash(hash: string): Promise<ApiKeyEntity | null> {
    return this.repository.findOneBy({ key_hash: hash });
  }

  byId(id: string): Promise<ApiKeyEntity | null> {
    return this.repository.findOneBy({ id });
  }

  async insert(key: ApiKeyEntity): Promise<void> {
    await this.repository.insert(key);
  }

  /**
   * Ends the machine's key and inserts the new one. Throws a unique violation if another key came
   * in between: the caller tries again.
   */
  async replaceMachineKey(key: ApiKeyEntity): Promise<void> {
    await atomically(this.repository.manager.dataSource, [
      this.repository
        .createQueryBuilder()
        .update()
        .set({ revoked_at: key.created_at, current_machine: null })
        .where('current_machine = :machine', { machine: key.machine }),
      this.repository.createQueryBuilder().insert().values(key),
    ]);
  }

  /** Ends every key of the machine. */
  async revokeMachine(machineKey: number, now: number): Promise<void> {
    await this.repository
      .createQueryBuilder()
      .update()
      .set({ revoked_at: now, current_machine: null })
      .where('machine = :machine AND revoked_at IS NULL', { machine: machineKey })
      .execute();
  }

  /** Ids of the machine's keys that ended at `since` or later. */
  async revokedOfMachine(machineKey: number, since: number): Promise<string[]> {
    const keys = await this.repository.find({
      select: { id: true },
      where: { machine: machineKey, revoked_at: MoreThan(since - 1) },
    });
    return keys.map(({ id }) => id);
  }

  /** True if the key was in force until now. */
  async revoke(id: string, now: number): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ revoked_at: now, current_machine: null })
      .where('id = :id AND revoked_at IS NULL', { id })
      .execute();
    return affected === 1;
  }

  /** Counts one use of an enrolment key; false if it is used up or revoked. */
  async countUse(id: string): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ uses: () => 'uses + 1' })
      .where('id = :id AND revoked_at IS NULL AND (max_uses IS NULL OR uses < max_uses)', { id })
      .execute();
    return affected === 1;
  }

  async touch(id: string, now: number): Promise<void> {
    await this.repository.update({ id }, { last_used_at: now });
  }

  async change(id: string, change: Partial<ApiKeyEntity>): Promise<void> {
    await this.repository.update({ id }, change);
  }

  /** Ids of keys that were revoked or expired in `(since, now]`. */
  async endedSince(since: number, now: number): Promise<string[]> {
    const keys = await this.repository
      .createQueryBuilder('key')
      .select('key.id', 'id')
      .where('key.revoked_at > :since', { since })
      .orWhere('(key.expires_at > :since AND key.expires_at <= :now)', { since, now })
      .getRawMany<{ id: string }>();
    return keys.map(({ id }) => id);
  }

  /** Deletes keys that were revoked or expired before `time`. */
  async deleteEndedBefore(time: number): Promise<void> {
    await this.repository
      .createQueryBuilder()
      .delete()
      .where('revoked_at < :time OR expires_at < :time', { time })
      .execute();
  }

  /** A page of keys in force or (`revoked`) of all keys, newest first; machines' keys only if asked. */
  page(
    filter: TimeRange & { scope?: ApiKeyEntity['scope']; revoked: boolean },
  ): Promise<{ rows: ApiKeyEntity[]; total: number }> {
    const query = this.repository
      .createQueryBuilder('key')
      .where(filter.scope ? { scope: filter.scope } : { scope: Not(In(['machine'])) });
    if (!filter.revoked) {
      query.andWhere('key.revoked_at IS NULL');
    }
    return readNewestFirst(query, 'created_at', filter);
  }
}
