/** What a dry run replays. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { IsTime } from '../../common/is-time.js';
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
