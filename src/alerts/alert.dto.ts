/** Alerts as asked for and answered. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsTime } from '../common/is-time.js';
import { PageQuery } from '../common/paging.js';
import {
  ALERT_SEVERITIES,
  type Alert,
  type AlertOperator,
  type AlertResolution,
  type AlertRuleDefinition,
  type AlertSeverity,
  type AlertState,
  type DeviceKind,
  type Page,
  type ProcessEvidence,
  TEXT_LIMITS,
} from '../contracts/index.js';
import { IsPlainText } from '../http/text-rules.js';

const STATES = ['pending', 'firing', 'acknowledged', 'resolved'];

/** `?state&severity&machine_id&rule_id&from&to` of the list of alerts. */
export class AlertsQuery extends PageQuery {
  /** One state, or several with commas between them. */
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(STATES, { each: true })
  @ApiProperty({ enum: STATES, isArray: true, required: false })
  state?: AlertState[];

  @IsOptional()
  @IsIn(ALERT_SEVERITIES)
  @ApiProperty({ enum: ALERT_SEVERITIES, required: false })
  severity?: AlertSeverity;

  @IsOptional()
  @IsUUID()
  machine_id?: string;

  @IsOptional()
  @IsUUID()
  rule_id?: string;

  /** Alerts that lasted at some time from here on. */
  @IsOptional()
  @IsTime()
  from?: string;

  /** Alerts that began before this time. */
  @IsOptional()
  @IsTime()
  to?: string;
}

/** Body of `POST /api/v1/alerts/{id}/acknowledge`. */
export class AcknowledgeDto {
  /** Why, for the others. */
  @IsOptional()
  @IsPlainText(TEXT_LIMITS.note)
  note?: string;
}

const nullableTime = { type: String, format: 'date-time', nullable: true } as const;
const nullableNumber = { type: Number, nullable: true } as const;
const nullableText = { type: String, nullable: true } as const;

/** An alert as answered. */
export class AlertDto implements Alert {
  id!: string;

  @ApiProperty(nullableText)
  rule_id!: string | null;

  rule_name!: string;
  machine_id!: string;
  machine_name!: string;
  metric!: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: { kind: { type: 'string' }, name: { type: 'string' } },
    additionalProperties: false,
  })
  device!: { kind: DeviceKind; name: string } | null;

  @ApiProperty({ enum: ALERT_SEVERITIES })
  severity!: AlertSeverity;

  @ApiProperty({ enum: STATES })
  state!: AlertState;

  @ApiProperty({ type: String })
  operator!: AlertOperator;

  threshold!: number;

  @ApiProperty(nullableNumber)
  first_value!: number | null;

  @ApiProperty(nullableNumber)
  last_value!: number | null;

  @ApiProperty(nullableNumber)
  peak_value!: number | null;

  @ApiProperty({ format: 'date-time' })
  pending_since!: string;

  @ApiProperty(nullableTime)
  fired_at!: string | null;

  @ApiProperty(nullableTime)
  acknowledged_at!: string | null;

  @ApiProperty(nullableText)
  acknowledged_by!: string | null;

  @ApiProperty(nullableText)
  acknowledged_note!: string | null;

  @ApiProperty(nullableTime)
  resolved_at!: string | null;

  @ApiProperty(nullableNumber)
  duration_seconds!: number | null;

  @ApiProperty({
    type: String,
    enum: ['recovered', 'no_data', 'rule_changed', 'machine_deleted'],
    nullable: true,
  })
  resolution!: AlertResolution | null;

  /** Top processes while it was pending or fired, where the agent gives them. */
  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { type: 'object', additionalProperties: true },
  })
  evidence!: ProcessEvidence[] | null;

  /** The silence that holds back its notifications now. */
  @ApiProperty(nullableText)
  silenced_by!: string | null;

  @ApiProperty(nullableTime)
  silenced_until!: string | null;

  /** The rule as it was when the alert began. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  rule!: AlertRuleDefinition;
}

/** A page of alerts, newest first. */
export class AlertPageDto implements Page<Alert> {
  items!: AlertDto[];
  total!: number;

  @ApiProperty(nullableText)
  next!: string | null;
}
