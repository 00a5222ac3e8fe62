/** Silences as written, asked for and answered. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, IsOptional, IsUUID } from 'class-validator';
import { IsTime } from '../../common/is-time.js';
import { PageQuery } from '../../common/paging.js';
import {
  type Page,
  type QuietHours,
  type Silence,
  type SilenceState,
  TEXT_LIMITS,
} from '../../contracts/index.js';
import { AreLines, IsPlainText } from '../../http/text-rules.js';
import { MayBeAbsent } from '../../http/validation.js';
import { quietSchema } from '../rules/rule.dto.js';

const ENTRIES = 1_000;
const STATES = ['active', 'coming', 'ended'];
const nullableTime = { type: String, format: 'date-time', nullable: true } as const;

/** `?ended` of the list of silences. */
export class SilencesQuery extends PageQuery {
  /** `true`: those that are over; `false`: those that are not. */
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  @ApiProperty({ type: Boolean, required: false })
  ended?: boolean;
}

/** Body of `POST /api/v1/silences`. */
export class SilenceBodyDto {
  /** Why, for the others. */
  @MayBeAbsent()
  @IsPlainText(TEXT_LIMITS.note)
  comment?: string;

  /** Empty or absent: any machine. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(ENTRIES)
  @IsUUID(undefined, { each: true })
  machine_ids?: string[];

  /** Machines that have one of these tags. Empty or absent: any machine. */
  @MayBeAbsent()
  @AreLines(ENTRIES, TEXT_LIMITS.tag)
  tags?: string[];

  /** Empty or absent: any rule. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(ENTRIES)
  @IsUUID(undefined, { each: true })
  rule_ids?: string[];

  /** Default: now. */
  @MayBeAbsent()
  @IsTime()
  @ApiProperty({ type: String, format: 'date-time', required: false })
  starts_at?: string | number;

  /** Required unless it is weekly. */
  @IsOptional()
  @IsTime()
  @ApiProperty({ ...nullableTime, required: false })
  ends_at?: string | number | null;

  /** Holds only in these windows of each week. */
  @IsOptional()
  @IsObject()
  @ApiProperty(quietSchema)
  weekly?: QuietHours | null;
}

/** Body of `PATCH /api/v1/silences/{id}`: what is absent stays. */
export class SilenceChangesDto extends SilenceBodyDto {}

/** A silence as answered. */
export class SilenceDto implements Silence {
  id!: string;
  comment!: string;
  machine_ids!: string[];
  tags!: string[];
  rule_ids!: string[];

  @ApiProperty({ format: 'date-time' })
  starts_at!: string;

  @ApiProperty(nullableTime)
  ends_at!: string | null;

  @ApiProperty(quietSchema)
  weekly!: QuietHours | null;

  /** `coming` is also a weekly one between two of its windows. */
  @ApiProperty({ enum: STATES })
  state!: SilenceState;

  /** The end of the window that holds now. */
  @ApiProperty(nullableTime)
  active_until!: string | null;

  created_by!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

/** A page of silences, newest first. */
export class SilencePageDto implements Page<Silence> {
  items!: SilenceDto[];
  total!: number;

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}
