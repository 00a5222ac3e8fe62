/** Rules as written and answered. */
import { ApiProperty, type ApiPropertyOptions, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  ALERT_SEVERITIES,
  type AlertDevice,
  type AlertMetric,
  type AlertOperator,
  type AlertRule,
  type AlertScope,
  type AlertSeverity,
  type MissingDataPolicy,
  type Page,
  type QuietHours,
  TEXT_LIMITS,
} from '../../contracts/index.js';
import { IsLine } from '../../http/text-rules.js';

const OPERATORS = ['gt', 'gte', 'lt', 'lte'];
/** Severities, least first. */
const MISSING_DATA = ['keep', 'resolve', 'fire'];
const WEEK_SECONDS = 7 * 86_400;

const deviceSchema: ApiPropertyOptions = {
  type: 'object',
  nullable: true,
  properties: { kind: { type: 'string' }, name: { type: 'string' } },
  additionalProperties: false,
  selfRequired: false,
};
const scopeSchema: ApiPropertyOptions = {
  oneOf: [
    { type: 'object', properties: { all: { type: 'boolean', enum: [true] } } },
    {
      type: 'object',
      properties: { machine_ids: { type: 'array', items: { type: 'string', format: 'uuid' } } },
    },
    { type: 'object', properties: { tags: { type: 'array', items: { type: 'string' } } } },
  ],
};
/** Windows of the week, or `null`. */
export const quietSchema: ApiPropertyOptions = {
  type: 'object',
  nullable: true,
  additionalProperties: false,
  properties: {
    time_zone: { type: 'string', example: 'Europe/Berlin' },
    windows: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          days: {
            type: 'array',
            items: { type: 'string', enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
          },
          from: { type: 'string', example: '22:00' },
          to: { type: 'string', example: '07:00' },
        },
      },
    },
  },
  selfRequired: false,
};

/** Body of `POST /api/v1/alert-rules`. */
export class RuleBodyDto {
  /** 1 to 200 characters. */
  @IsLine(TEXT_LIMITS.name)
  @ApiProperty({ minLength: 1, maxLength: TEXT_LIMITS.name })
  name!: string;

  /** A metric of the catalogue, of a device's kind, or `offline`. */
  @IsString()
  @MaxLength(50)
  @ApiProperty({ example: 'cpu' })
  metric!: string;

  /** Watches devices of this kind, each on its own, or only the one with this name. */
  @IsOptional()
  @ApiProperty(deviceSchema)
  device?: AlertDevice | string | null;

  @IsIn(OPERATORS)
  @ApiProperty({ enum: OPERATORS })
  operator!: AlertOperator;

  @IsNumber()
  @ApiProperty({ example: 90 })
  threshold!: number;

  /** How long the condition must hold. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  for_seconds?: number;

  /** The alert ends only beyond this value. */
  @IsOptional()
  @IsNumber()
  @ApiProperty({ type: Number, nullable: true, required: false })
  clear_threshold?: number | null;

  /** How long the value must stay there. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  clear_for_seconds?: number;

  /** A series that falls silent: its alert stays, ends, or a new one fires. */
  @IsOptional()
  @IsIn(MISSING_DATA)
  @ApiProperty({ enum: MISSING_DATA, required: false })
  missing_data?: MissingDataPolicy;

  /** Silence longer than this is missing data; default a minute or three intervals of the agent. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(WEEK_SECONDS)
  @ApiProperty({ type: Number, nullable: true, required: false })
  missing_after_seconds?: number | null;

  /** For `offline`: a machine that said it stops counts after so long; null: never. Default 3600. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  @ApiProperty({ type: Number, nullable: true, required: false })
  stopped_after_seconds?: number | null;

  /** For `offline`: a machine that said it goes to sleep counts after so long; null: never. Default null. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  @ApiProperty({ type: Number, nullable: true, required: false })
  asleep_after_seconds?: number | null;

  @IsOptional()
  @IsIn(ALERT_SEVERITIES)
  @ApiProperty({ enum: ALERT_SEVERITIES, required: false })
  severity?: AlertSeverity;

  /** Default: all machines. */
  @IsOptional()
  @IsObject()
  @ApiProperty({ ...scopeSchema, required: false } as ApiPropertyOptions)
  scope?: AlertScope;

  /** Empty: the channels that are marked as default. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  channel_ids?: string[];

  /** Reminds while the alert lasts and nobody has acknowledged it. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(WEEK_SECONDS)
  @ApiProperty({ type: Number, nullable: true, required: false })
  repeat_seconds?: number | null;

  /** Notifications wait in these hours. */
  @IsOptional()
  @IsObject()
  @ApiProperty(quietSchema)
  quiet_hours?: QuietHours | null;

  /** Default true. */
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

/** Body of `PATCH /api/v1/alert-rules/{id}`: what is absent stays. */
export class RuleChangesDto extends PartialType(RuleBodyDto) {}

/** A rule as answered. */
export class RuleDto implements AlertRule {
  id!: string;
  name!: string;

  @ApiProperty({ type: String })
  metric!: AlertMetric;

  @ApiProperty(deviceSchema)
  device!: AlertDevice | null;

  @ApiProperty({ enum: OPERATORS })
  operator!: AlertOperator;

  threshold!: number;
  for_seconds!: number;

  @ApiProperty({ type: Number, nullable: true })
  clear_threshold!: number | null;

  clear_for_seconds!: number;

  @ApiProperty({ enum: MISSING_DATA })
  missing_data!: MissingDataPolicy;

  @ApiProperty({ type: Number, nullable: true })
  missing_after_seconds!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  stopped_after_seconds!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  asleep_after_seconds!: number | null;

  @ApiProperty({ enum: ALERT_SEVERITIES })
  severity!: AlertSeverity;

  @ApiProperty(scopeSchema)
  scope!: AlertScope;

  channel_ids!: string[];

  @ApiProperty({ type: Number, nullable: true })
  repeat_seconds!: number | null;

  @ApiProperty(quietSchema)
  quiet_hours!: QuietHours | null;

  enabled!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

/** Every rule, in one page. */
export class RulePageDto implements Page<AlertRule> {
  items!: RuleDto[];
  total!: number;

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}
