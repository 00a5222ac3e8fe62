/** What `/api/v1/audit` takes and answers. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { IsTime } from '../../common/is-time.js';
import { PageQuery } from '../../common/paging.js';
import { type AuditEntry, type Page, TEXT_LIMITS } from '../../contracts/index.js';
import { IsLine } from '../../http/text-rules.js';

const OUTCOMES = ['success', 'failure'] as const satisfies readonly AuditEntry['outcome'][];

/** One line of the audit log. */
export class AuditEntryDto implements AuditEntry {
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  /** `module.verb`, e.g. `user.delete`. */
  action!: string;

  @ApiProperty({ enum: OUTCOMES })
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

  /** Only what was done by actors whose name or id contains this, in upper or lower case. */
  @IsOptional()
  @IsLine(TEXT_LIMITS.email)
  actor?: string;

  @ApiProperty({ enum: OUTCOMES, required: false })
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: AuditEntry['outcome'];

  /** ISO 8601 or epoch milliseconds, inclusive. */
  @IsOptional()
  @IsTime()
  from?: string;

  /** ISO 8601 or epoch milliseconds, exclusive. */
  @IsOptional()
  @IsTime()
  to?: string;
}
