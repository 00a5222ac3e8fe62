/** Lists in pages: an opaque cursor that survives insertions between two calls. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../contracts/index.js';
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

/** What a list is sorted by: the parts of a cursor. */
export type SortKey = readonly (string | number)[];

/** The last row of the page before, in a list sorted by time, then by id. */
export interface TimeCursor {
  /** Epoch milliseconds. */
  time: number;
  id: string;
}

/**
 * Makes a page of `rows`, which were read with one more than `limit`: that one tells whether another
 * page follows.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  page: { total: number; limit: number; keyOf: (row: Row) => SortKey; toItem: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(page.toItem),
    total: page.total,
    next: rows.length > page.limit && last !== undefined ? encodeCursor(page.keyOf(last)) : null,
  };
}

/** Reads a cursor `[time, id]`; `null` without one. Throws `request.invalid_cursor`. */
export function parseTimeCursor(cursor: string | undefined): TimeCursor | null {
  if (cursor === undefined) {
    return null;
  }
  const [time, id] = decodeCursor(cursor, 2);
  if (!Number.isSafeInteger(time) || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) {
    throw invalidCursor();
  }
  return { time: Number(time), id };
}

/** Reads a cursor `[text]`; `null` without one. Throws `request.invalid_cursor`. */
export function parseTextCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) {
    return null;
  }
  const [text] = decodeCursor(cursor, 1);
  // PostgreSQL stores neither.
  if (typeof text !== 'string' || /\0|\p{Surrogate}/u.test(text)) {
    throw invalidCursor();
  }
  return text;
}

/** Packs the sort key of a page's last item. */
export function encodeCursor(key: SortKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Unpacks a cursor of `length` parts; throws `request.invalid_cursor` if no list made it. */
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
  throw invalidCursor();
}

function invalidCursor(): InvalidInputError {
  return new InvalidInputError('request.invalid_cursor', 'cursor is not one that this list gave');
}
