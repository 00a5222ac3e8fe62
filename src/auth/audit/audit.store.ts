/** The statements on `audit_log`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import type { TimeCursor } from '../cursors.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

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

  /** A page, newest first. */
  async page(filter: {
    action?: string;
    limit: number;
    after: TimeCursor | null;
  }): Promise<{ entries: AuditEntryEntity[]; total: number }> {
    const query = this.repository.createQueryBuilder('entry').where('1 = 1');
    if (filter.action !== undefined) {
      query.andWhere('entry.action = :action', { action: filter.action });
    }
    const total = await query.getCount();
    if (filter.after) {
      query.andWhere('(entry.at < :time OR (entry.at = :time AND entry.id < :id))', {
        ...filter.after,
      });
    }
    const entries = await query
      .orderBy('entry.at', 'DESC')
      .addOrderBy('entry.id', 'DESC')
      .limit(filter.limit)
      .getMany();
    return { entries, total };
  }
}
