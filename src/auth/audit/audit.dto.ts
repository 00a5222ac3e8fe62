/** What `/api/v1/audit` takes and answers. */
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../../common/paging.js';
import type { AuditEntry, Page } from '../../contracts/index.js';

/** One line of the audit log. */
export class AuditEntryDto implements AuditEntry {
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  /** `module.verb`, e.g. `user.delete`. */
  action!: string;

  @ApiProperty({ enum: ['success', 'failure'] })
  outcome!: AuditEntry['outcome'];

  @ApiProperty({ enum: ['user', 'machine', 'key', 'anonymous'] })
  actor_kind!: AuditEntry['actor_kind'];

  @ApiProperty({ type: String, nullable: true })
  actor_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  actor_name!: string | null;

  @ApiProperty({ type: String, nullable: true })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true })
  target!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: Record<string, unknown>;
}

/** A page of the audit log, newest first. */
export class AuditPageDto implements Page<AuditEntry> {
  items!: AuditEntryDto[];
  total!: number;

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** Which lines to list. */
export class AuditQuery extends PageQuery {
  /** Only this action, e.g. `session.open`. */
  @IsOptional()
  @Matches(/^[a-z0-9_.-]{1,60}$/, { message: 'action must be like session.open' })
  action?: string;
}
