/** The statements on `silences`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, IsNull, LessThanOrEqual, MoreThan, Repository } from 'typeorm';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
import { SilenceEntity } from './silence.entity.js';

/** Silences that one call of `prune` deletes. */
const PRUNED_ROWS = 500;

/** Which silences to list. */
export interface SilenceFilter extends TimeRange {
  /** True: those that are over; false: all others. */
  ended?: boolean;
  /** Epoch milliseconds. */
  now: number;
}

/** Reads and writes silences. */
@Injectable()
export class SilencesStore {
  constructor(
    @InjectRepository(SilenceEntity) private readonly silences: Repository<SilenceEntity>,
  ) {}

  /** Those that have begun and are not over at `now` (epoch milliseconds), oldest first. */
  begun(now: number): Promise<SilenceEntity[]> {
    return this.silences.find({
      where: notOver(now).map((where) => ({ ...where, starts_at: LessThanOrEqual(now) })),
      order: { created_at: 'ASC', id: 'ASC' },
    });
  }

  /** How many are not over. */
  count(now: number): Promise<number> {
    return this.silences.countBy(notOver(now));
  }

  byId(id: string): Promise<SilenceEntity | null> {
    return this.silences.findOneBy({ id });
  }

  /** A page and one silence more, newest first. */
  page(filter: SilenceFilter): Promise<{ rows: SilenceEntity[]; total: number }> {
    const { ended, now } = filter;
    const query = this.silences.createQueryBuilder('silence').where('1 = 1');
    if (ended === true) {
      query.andWhere('silence.ends_at <= :now', { now });
    } else if (ended === false) {
      query.andWhere('(silence.ends_at IS NULL OR silence.ends_at > :now)', { now });
    }
    return readNewestFirst(query, 'created_at', filter);
  }

  async insert(silence: SilenceEntity): Promise<void> {
    await this.silences.insert(silence);
  }

  /** Replaces what the silence says if nobody changed it since `seen`; false if somebody did. */
  async update(seen: SilenceEntity, next: SilenceEntity): Promise<boolean> {
    const { affected } = await this.silences.update(
      { id: seen.id, updated_at: seen.updated_at },
      next,
    );
    return affected === 1;
  }

  /** Deletes the silence if nobody changed it since `seen`; false if somebody did. */
  async remove(seen: SilenceEntity): Promise<boolean> {
    const { affected } = await this.silences.delete({ id: seen.id, updated_at: seen.updated_at });
    return affected === 1;
  }

  /** Deletes silences that ended before `time`, at most some hundreds; answers how many. */
  async prune(time: number): Promise<number> {
    const old = await this.silences.find({
      select: { id: true },
      where: { ends_at: LessThanOrEqual(time) },
      take: PRUNED_ROWS,
    });
    if (old.length > 0) {
      await this.silences.delete({ id: In(old.map(({ id }) => id)) });
    }
    return old.length;
  }
}

function notOver(now: number): FindOptionsWhere<SilenceEntity>[] {
  return [{ ends_at: IsNull() }, { ends_at: MoreThan(now) }];
}
