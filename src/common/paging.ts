/** Lists in pages: an opaque cursor that survives insertions between two calls. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidInputError } from './errors.js';

/** Items of one page where the caller does not say. */
const DEFAULT_LIMIT = 100;

/** `?limit&cursor` of every list. */
export class PageQuery {
  /** Items of one page, 1 to 1000. */
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: DEFAULT_LIMIT,
    description: 'Items of one page',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = DEFAULT_LIMIT;

  /** `next` of the page before. */
  @ApiPropertyOptional({ type: String, description: '`next` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/** Packs the sort key of a page's last item. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Unpacks a cursor of `length` parts; throws InvalidInputError if it is not one of ours. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const valid =
      Array.isArray(key) &&
      key.length === length &&
      key.every((part) => typeof part === 'string' || typeof part === 'number');
    if (valid) {
      return key;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new InvalidInputError('request.invalid_cursor', 'cursor is not one that this list gave');
}
