/** Body and answer of `POST /api/v1/machines/register`. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { type RegisterAnswer, type RegisterBody, TEXT_LIMITS } from '../contracts/index.js';
import { AreLines, IsLine, IsNumberFrom } from '../http/text-rules.js';
import { HostFactsDto, onlyKnownFacts } from './host-facts.dto.js';

/** A century: clocks that start at 1970 or 2000 are within it. */
const MAX_CLOCK_OFFSET_SECONDS = 100 * 366 * 86_400;

/** What an agent says of its machine when it starts. */
export class RegisterBodyDto implements RegisterBody {
  /** 1 to 128 characters. */
  @IsLine(TEXT_LIMITS.machineName)
  @ApiProperty({ example: 'web-1', minLength: 1, maxLength: TEXT_LIMITS.machineName })
  machine_name!: string;

  /** Operating system. */
  @IsLine(200)
  @ApiProperty({ example: 'linux', minLength: 1, maxLength: 200 })
  os!: string;

  @IsLine(50)
  @ApiProperty({ example: '1.0.0', minLength: 1, maxLength: 50 })
  agent_version!: string;

  /** Stable hash of the host's id: the same fingerprint is the same machine. */
  @IsOptional()
  @Matches(/^[\w.:=+/-]{8,128}$/, {
    message: 'machine_fingerprint must be 8 to 128 letters, digits or . : = + / - _',
  })
  machine_fingerprint?: string;

  /** At most 32, each of 1 to 64 characters. */
  @IsOptional()
  @AreLines(TEXT_LIMITS.tags, TEXT_LIMITS.tag)
  tags?: string[];

  @IsOptional()
  @Type(() => HostFactsDto)
  @Transform(({ value }) => onlyKnownFacts(value))
  @ValidateNested()
  @IsObject()
  host?: HostFactsDto;

  /** How often the agent means to push, in seconds; decides when silence means offline. */
  @IsOptional()
  @IsNumberFrom(0.1, 86_400)
  interval_seconds?: number;

  /**
   * Seconds by which the machine's clock is ahead of the server's, negative if behind, where the agent
   * stamps its samples by the server's clock instead; `null` or absent while the clock is right.
   */
  @IsOptional()
  @IsNumberFrom(-MAX_CLOCK_OFFSET_SECONDS, MAX_CLOCK_OFFSET_SECONDS)
  @ApiProperty({ type: Number, nullable: true, required: false })
  clock_offset_seconds?: number | null;
}

/** The machine as registered. */
export class RegisterAnswerDto implements RegisterAnswer {
  @ApiProperty({ enum: ['registered'] })
  status!: 'registered';

  machine_id!: string;

  /** The machine's key, only when a new one is issued; it is never shown again. */
  api_key?: string;
}
