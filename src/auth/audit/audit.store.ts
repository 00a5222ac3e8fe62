/** The statements on `audit_log`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** Which entries to list; times in epoch milliseconds. */
export interface AuditFilter {
  action?: string;
  /** Part of the name or id of whoever acted, in upper or lower case. */
  actor?: string;
  outcome?: AuditEntryEntity['outcome'];
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
}

/** Reads and writes the audit log. */
@Injectable()
export class AuditStore {
  constructor(
    @InjectRepository(AuditEntryEntity) private readonly repository: Repository<AuditEntryEntity>,
  ) {}

  async insert(entry: AuditEntryEntity): Promise<void> {
    await this.repository.insert(entry);
  }

  /** Answers how many entries were deleted. */
  async deleteBefore(time: number): Promise<number> {
    return (await this.repository.delete({ at: LessThan(time) })).affected ?? 0;
  }

  /** A page and one row more, newest first. */
  page(filter: TimeRange & AuditFilter): Promise<{ rows: AuditEntryEntity[]; total: number }> {
    const { action, actor, outcome, from, to } = filter;
    const query = this.repository.createQueryBuilder('entry').where('1 = 1');
    if (action !== undefined) {
      query.andWhere('entry.action = :action', { action });
    }
    if (actor !== undefined) {
      query.andWhere(
        `(LOWER(entry.actor_name) LIKE :part ESCAPE '!' OR entry.actor_id LIKE :part ESCAPE '!')`,
        { part: `%${actor.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%` },
      );
    }
    if (outcome !== undefined) {
      query.andWhere('entry.outcome = :outcome', { outcome });
    }
    if (from !== undefined) {
      query.andWhere('entry.at >= :from', { from });
    }
    if (to !== undefined) {
      query.andWhere('entry.at < :to', { to });
    }
    return readNewestFirst(query, 'at', filter);
  }
}
