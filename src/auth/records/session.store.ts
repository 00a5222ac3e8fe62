/** The statements on `sessions`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Role } from '../../contracts/index.js';
import { SessionEntity } from './session.entity.js';
import { UserEntity } from './user.entity.js';

/** A session that is checked on behalf of a token. */
export interface SessionOfUser {
  user_id: string;
  email: string;
  role: Role;
  expires_at: number;
  ended_at: number | null;
}

/** Reads and writes sessions. */
@Injectable()
export class SessionStore {
  constructor(
    @InjectRepository(SessionEntity) private readonly repository: Repository<SessionEntity>,
  ) {}

  async insert(session: SessionEntity): Promise<void> {
    await this.repository.insert(session);
  }

  byId(id: string): Promise<SessionEntity | null> {
    return this.repository.findOneBy({ id });
  }

  /** The session with its user's present role; `null` if either is gone. */
  async withUser(id: string): Promise<SessionOfUser | null> {
    const row = await this.repository
      .createQueryBuilder('session')
      .innerJoin(UserEntity, 'account', 'account.id = session.user_id')
      .select('session.user_id', 'user_id')
      .addSelect('session.expires_at', 'expires_at')
      .addSelect('session.ended_at', 'ended_at')
      .addSelect('account.email', 'email')
      .addSelect('account.role', 'role')
      .where('session.id = :id', { id })
      .getRawOne<Record<keyof SessionOfUser, string | number | null>>();
    return row
      ? {
          user_id: String(row.user_id),
          email: String(row.email),
          role: row.role === 'admin' ? 'admin' : 'viewer',
          expires_at: Number(row.expires_at),
          ended_at: row.ended_at === null ? null : Number(row.ended_at),
        }
      : null;
  }

  /** Moves a living session to its next refresh token; false if `generation` is not its present one. */
  async advance(id: string, generation: number, now: number, expiresAt: number): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ generation: generation + 1, last_used_at: now, expires_at: expiresAt })
      .where('id = :id AND generation = :generation AND ended_at IS NULL AND expires_at > :now', {
        id,
        generation,
        now,
      })
      .execute();
    return affected === 1;
  }

  /** True if the session was alive until now. */
  async end(id: string, now: number): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .update()
      .set({ ended_at: now })
      .where('id = :id AND ended_at IS NULL', { id })
      .execute();
    return affected === 1;
  }

  /** Ends the user's sessions but `keep`; answers the ids of those that were alive. */
  async endAllOf(userId: string, now: number, keep: string | null): Promise<string[]> {
    const alive = await this.aliveOf(userId, now);
    const update = this.repository
      .createQueryBuilder()
      .update()
      .set({ ended_at: now })
      .where('user_id = :userId AND ended_at IS NULL', { userId });
    if (keep !== null) {
      update.andWhere('id <> :keep', { keep });
    }
    await update.execute();
    return alive.map(({ id }) => id).filter((id) => id !== keep);
  }

  /** The user's living sessions, latest use first. */
  aliveOf(userId: string, now: number): Promise<SessionEntity[]> {
    return this.repository
      .createQueryBuilder('session')
      .where('session.user_id = :userId AND session.ended_at IS NULL', { userId })
      .andWhere('session.expires_at > :now', { now })
      .orderBy('session.last_used_at', 'DESC')
      .addOrderBy('session.id', 'DESC')
      .limit(1000)
      .getMany();
  }

  /** Ids of sessions that ended or expired in `(since, now]`. */
  async endedSince(since: number, now: number): Promise<string[]> {
    const rows = await this.repository
      .createQueryBuilder('session')
      .select('session.id', 'id')
      .where('session.ended_at > :since', { since })
      .orWhere('(session.expires_at > :since AND session.expires_at <= :now)', { since, now })
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  /** Deletes the sessions that ended or expired before `time`. */
  async deleteBefore(time: number): Promise<void> {
    await this.repository
      .createQueryBuilder()
      .delete()
      .where('expires_at < :time OR ended_at < :time', { time })
      .execute();
  }
}
