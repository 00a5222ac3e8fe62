/** The statements on `audit_log`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { readNewestFirst, type TimeRange } from '../../database/newest-first.js';
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

  /** A page and one row more, newest first. */
  page(
    filter: TimeRange & { action?: string },
  ): Promise<{ rows: AuditEntryEntity[]; total: number }> {
    const query = this.repository.createQueryBuilder('entry').where('1 = 1');
    if (filter.action !== undefined) {
      query.andWhere('entry.action = :action', { action: filter.action });
    }
    return readNewestFirst(query, 'at', filter);
  }
}
