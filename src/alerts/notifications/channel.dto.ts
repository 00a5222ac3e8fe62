/** Channels and deliveries as written, asked for and answered. */
import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../common/paging.js';
import {
  CHANNEL_KINDS,
  type ChannelTestAnswer,
  type DeliveryState,
  type NotificationChannel,
  type NotificationChannelType,
  type NotificationDelivery,
  type NotificationKind,
  type Page,
  TEXT_LIMITS,
} from '../../contracts/index.js';
import { IsLine } from '../../http/text-rules.js';

const TYPES = Object.keys(CHANNEL_KINDS);
const DELIVERY_STATES = ['waiting', 'delivered', 'dead', 'skipped'];
const nullableText = { type: String, nullable: true } as const;
const nullableTime = { type: String, format: 'date-time', nullable: true } as const;

/** Body of `POST /api/v1/notification-channels`. */
export class ChannelBodyDto {
  /** 1 to 200 characters. */
  @IsLine(TEXT_LIMITS.name)
  @ApiProperty({ minLength: 1, maxLength: TEXT_LIMITS.name })
  name!: string;

  @IsIn(TYPES)
  @ApiProperty({ enum: TYPES })
  type!: NotificationChannelType;

  /** Depends on the type; a webhook's is `{"url","secret"?}`. See docs/alerting.md. */
  @IsObject()
  @ApiProperty({ type: 'object', additionalProperties: true })
  config!: Record<string, unknown>;

  /** Default true. */
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  /** Used by rules that name no channel. Default false. */
  @IsOptional()
  @IsBoolean()
  default?: boolean;
}

/** Body of `PATCH /api/v1/notification-channels/{id}`: what is absent stays. */
export class ChannelChangesDto extends PartialType(ChannelBodyDto) {}

/** A channel as answered: secrets that are set read `********`. */
export class ChannelDto implements NotificationChannel {
  id!: string;
  name!: string;

  @ApiProperty({ enum: TYPES })
  type!: NotificationChannelType;

  @ApiProperty({ type: 'object', additionalProperties: true })
  config!: Record<string, unknown>;

  enabled!: boolean;
  default!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

/** Every channel, in one page. */
export class ChannelPageDto implements Page<NotificationChannel> {
  items!: ChannelDto[];
  total!: number;

  @ApiProperty(nullableText)
  next!: string | null;
}

/** Answer of the test button. */
export class ChannelTestDto implements ChannelTestAnswer {
  @ApiProperty({ enum: ['delivered', 'failed'] })
  status!: 'delivered' | 'failed';

  @ApiProperty(nullableText)
  error!: string | null;
}

/** `?state&channel_id&alert_id` of the delivery log. */
export class DeliveriesQuery extends PageQuery {
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  @ApiProperty({ enum: DELIVERY_STATES, required: false })
  state?: DeliveryState;

  @IsOptional()
  @IsUUID()
  channel_id?: string;

  @IsOptional()
  @IsUUID()
  alert_id?: string;
}

/** One line of the delivery log. */
export class DeliveryDto implements NotificationDelivery {
  id!: string;

  @ApiProperty(nullableText)
  alert_id!: string | null;

  @ApiProperty(nullableText)
  rule_name!: string | null;

  @ApiProperty(nullableText)
  machine_name!: string | null;

  channel_id!: string;
  channel_name!: string;

  @ApiProperty({ enum: TYPES })
  channel_type!: NotificationChannelType;

  @ApiProperty({ enum: ['fired', 'repeated', 'resolved', 'test'] })
  kind!: NotificationKind;

  /** `dead` was given up after a day, `skipped` became pointless. */
  @ApiProperty({ enum: DELIVERY_STATES })
  state!: DeliveryState;

  attempts!: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty(nullableTime)
  next_attempt_at!: string | null;

  @ApiProperty(nullableTime)
  delivered_at!: string | null;

  @ApiProperty(nullableText)
  last_error!: string | null;
}

/** A page of the delivery log, newest first. */
export class DeliveryPageDto implements Page<NotificationDelivery> {
  items!: DeliveryDto[];
  total!: number;

  @ApiProperty(nullableText)
  next!: string | null;
}
