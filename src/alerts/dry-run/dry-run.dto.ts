/** What a dry run replays. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { IsTime } from '../../common/is-time.js';
import {
  DEVICE_KINDS,
  type DeviceKind,
  type DryRunAnswer,
  type DryRunMachine,
} from '../../contracts/index.js';
import { RuleBodyDto } from '../rules/rule.dto.js';

/** Body of `POST /api/v1/alert-rules/dry-run`. */
export class DryRunBodyDto {
  /** The rule as it would be created. */
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => RuleBodyDto)
  rule!: RuleBodyDto;

  /** Default: a day before `to`. */
  @IsOptional()
  @IsTime()
  @ApiProperty({ type: String, format: 'date-time', required: false })
  from?: string | number;

  /** Default: now. */
  @IsOptional()
  @IsTime()
  @ApiProperty({ type: String, format: 'date-time', required: false })
  to?: string | number;
}

/** One alert that there would have been. */
export class DryRunAlertDto {
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: false,
    properties: { kind: { type: 'string', enum: DEVICE_KINDS }, name: { type: 'string' } },
  })
  device!: { kind: DeviceKind; name: string } | null;

  @ApiProperty({ format: 'date-time' })
  fired_at!: string;

  /** `null`: it lasted until the end of the range. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  resolved_at!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  peak_value!: number | null;
}

/** How often and how long a rule would have fired on one machine. */
export class DryRunMachineDto implements DryRunMachine {
  @ApiProperty({ format: 'uuid' })
  machine_id!: string;

  machine_name!: string;
  fired!: number;
  firing_seconds!: number;

  /** The first of them, oldest first. */
  alerts!: DryRunAlertDto[];
}

/** What a rule would have done. */
export class DryRunAnswerDto implements DryRunAnswer {
  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  /** Distance of the values that were replayed; averages where it is more than a second. */
  step_seconds!: number;

  machines_covered!: number;
  fired!: number;
  firing_seconds!: number;

  /** Machines on which it would have fired, most often first. */
  machines!: DryRunMachineDto[];
}
