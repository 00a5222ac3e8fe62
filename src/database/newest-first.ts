/** Keyset pagination of lists that show the newest row first. */
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { TimeCursor } from '../common/paging.js';

/** Which part of the list to read. */
export interface TimeRange {
  /** Items of a page. One row more is read: it tells whether another page follows. */
  limit: number;
  after: TimeCursor | null;
}

/**
 * Reads one page of what `query` selects and counts all of it. Sorted by `column` (epoch
 * milliseconds), then by `id`, both descending; an index on both answers it without sorting.
 */
export async function readNewestFirst<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  column: string,
  { limit, after }: TimeRange,
): Promise<{ rows: Row[]; total: number }> {
  const total = await query.getCount();
  const time = `${query.alias}.${column}`;
  const id = `${query.alias}.id`;
  if (after) {
    query.andWhere(`(${time} < :time OR (${time} = :time AND ${id} < :id))`, { ...after });
  }
  const rows = await query
    .orderBy(time, 'DESC')
    .addOrderBy(id, 'DESC')
    .limit(limit + 1)
    .getMany();
  return { rows, total };
}
