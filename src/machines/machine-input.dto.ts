/** What callers say about machines: list queries, ids, changes. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { PageQuery } from '../common/paging.js';
import {
  GOODBYE_REASONS,
  type GoodbyeBody,
  type GoodbyeReason,
  MACHINE_STATUSES,
  type MachineStatus,
  TEXT_LIMITS,
} from '../contracts/index.js';
import { AreLines, IsLine } from '../http/text-rules.js';
import { MayBeAbsent } from '../http/validation.js';
import { MACHINE_SORTS, type MachineSort } from './machine-list.js';

/** `{id}` of a machine's routes. */
export class MachineIdParam {
  /** The machine's `machine_id`. */
  @IsUUID()
  @ApiProperty({ format: 'uuid' })
  id!: string;
}

/** `?status&tag&search&sort` of the list of machines. */
export class MachineListQuery extends PageQuery {
  @IsOptional()
  @IsIn(MACHINE_STATUSES)
  @ApiProperty({ enum: MACHINE_STATUSES, required: false })
  status?: MachineStatus;

  /** Only machines with this tag. */
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMITS.tag)
  tag?: string;

  /** Only machines whose name, tags or operating system contain this. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;

  /** What to sort by; a `-` before it turns the order round. */
  @IsOptional()
  @IsIn(MACHINE_SORTS)
  @ApiProperty({ enum: MACHINE_SORTS, required: false })
  sort: MachineSort = 'name';
}

/** Body of `PATCH /api/v1/machines/{id}`. */
export class MachineChangesDto {
  /** 1 to 128 characters. */
  @MayBeAbsent()
  @IsLine(TEXT_LIMITS.machineName)
  machine_name?: string;

  /** At most 32, each of 1 to 64 characters. */
  @MayBeAbsent()
  @AreLines(TEXT_LIMITS.tags, TEXT_LIMITS.tag)
  tags?: string[];
}

/** Body of `POST /api/v1/machines/{id}/goodbye`. */
export class GoodbyeBodyDto implements GoodbyeBody {
  /** The agent alone ends, or its machine shuts down or goes to sleep. */
  @IsIn(GOODBYE_REASONS)
  @ApiProperty({ enum: GOODBYE_REASONS })
  reason!: GoodbyeReason;
}
