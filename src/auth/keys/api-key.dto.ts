/** Bodies and answers of `/api/v1/api-keys`. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsTime } from '../../common/is-time.js';
import { PageQuery } from '../../common/paging.js';
import {
  type ApiKey,
  type KeyScope,
  type NewApiKey,
  type Page,
  TEXT_LIMITS,
} from '../../contracts/index.js';
import { IsLine } from '../../http/text-rules.js';

const SCOPES: KeyScope[] = ['machine', 'enroll', 'read', 'prometheus'];
const MADE_BY_HAND = SCOPES.slice(1) as Exclude<KeyScope, 'machine'>[];

/** A key, without the key itself. */
export class ApiKeyDto implements ApiKey {
  id!: string;
  name!: string;

  @ApiProperty({ enum: SCOPES })
  scope!: KeyScope;

  /** The key's first characters. */
  hint!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  machine_id!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  /** E-mail address of the user who made it, or `enrolment`. */
  created_by!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revoked_at!: string | null;

  /** To the minute; not kept for the keys of machines. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_used_at!: string | null;

  /** How many times an enrolment key may enrol a machine; `null` is no limit. */
  @ApiProperty({ type: Number, nullable: true })
  max_uses!: number | null;

  /** How many times it has enrolled one, the same again included. */
  uses!: number;
}

/** A key that was just made. */
export class NewApiKeyDto extends ApiKeyDto implements NewApiKey {
  /** The key, shown this once. */
  api_key!: string;
}

/** A page of keys, newest first. */
export class ApiKeyPageDto implements Page<ApiKey> {
  items!: ApiKeyDto[];
  total!: number;

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** Body of `POST /api/v1/api-keys`. */
export class CreateApiKeyDto {
  /** To tell keys apart. */
  @IsLine(TEXT_LIMITS.name)
  @ApiProperty({ minLength: 1, maxLength: TEXT_LIMITS.name })
  name!: string;

  /** What the key is for; machines get theirs when they register. */
  @ApiProperty({ enum: MADE_BY_HAND })
  @IsIn(MADE_BY_HAND)
  scope!: Exclude<KeyScope, 'machine'>;

  /** ISO 8601 or epoch milliseconds; absent or null is never. */
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'integer' }],
    nullable: true,
    required: false,
  })
  @IsOptional()
  @IsTime()
  expires_at?: string | number | null;

  /** How many machines an enrolment key may enrol; absent or null is no limit. */
  @ApiProperty({ type: 'integer', nullable: true, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  max_uses?: number | null;
}

/** Body of `PATCH /api/v1/api-keys/{id}`. */
export class RenameApiKeyDto {
  @IsLine(TEXT_LIMITS.name)
  @ApiProperty({ minLength: 1, maxLength: TEXT_LIMITS.name })
  name!: string;
}

/** Which keys to list. */
export class ApiKeyListQuery extends PageQuery {
  /** Only keys of this scope; without it all but those of machines. */
  @ApiProperty({ enum: SCOPES, required: false })
  @IsOptional()
  @IsIn(SCOPES)
  scope?: KeyScope;

  /** Revoked keys too. */
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  revoked?: boolean;
}
