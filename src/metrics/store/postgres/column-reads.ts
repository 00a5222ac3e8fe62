/** Reads of many bytes from PostgreSQL: rows of the head and blocks come by COPY. */
import type { Pool, PoolClient } from 'pg';
import type { Tier } from '../../../contracts/index.js';
import { type BlockQuery, blockQueries } from '../history/block-queries.js';
import { BLOCK_SIZES, BLOCK_TABLES, type BlockSize, blockStart } from '../history/blocks.js';
import type {
  BlockRange,
  HeadRow,
  HeadTable,
  MachineRange,
  StoredBlock,
} from '../history/history-storage.js';
import { copyOut } from './simple-query.js';
import { intArray, timeArray, within } from './sql-text.js';

const { max, min } = Math;

/** Ranges that differ are read by so many queries in one statement. */
const QUERIES_AT_ONCE = 25;

/** Packed rows; see HistorySession. */
export async function readHeadRows(
  db: Pool | PoolClient,
  table: HeadTable,
  ranges: readonly MachineRange[],
  limit?: number,
): Promise<HeadRow[]> {
  if (ranges.length === 0) {
    return [];
  }
  const wanted = [
    intArray(ranges.map(({ machine }) => machine)),
    timeArray(ranges.map(({ from }) => from)),
    timeArray(ranges.map(({ to }) => to)),
  ];
  // The bounds of all ranges tell which partitions to look at.
  const rows = await copyOut(
    db,
    `SELECT wanted.machine, head.ts, head.data
     FROM unnest(${wanted}) AS wanted (machine, first, last)
     CROSS JOIN LATERAL (
       SELECT ts, data FROM ${table}
       WHERE machine = wanted.machine AND ts >= wanted.first AND ts < wanted.last
         AND ${within('ts', earliest(ranges), latest(ranges))}
       ORDER BY ts ${limit === undefined ? 'OFFSET 0' : `LIMIT ${limit}`}
     ) AS head ORDER BY wanted.machine, head.ts`,
  );
  const found: HeadRow[] = [];
  while (rows.next()) {
    found.push({ machine: rows.integer(), time: rows.time(), data: rows.data() });
  }
  return found;
}

/** Blocks; see HistorySession. */
export async function readBlocks(
  db: Pool | PoolClient,
  tier: Tier,
  ranges: readonly BlockRange[],
): Promise<StoredBlock[]> {
  const found: StoredBlock[] = [];
  const queries = blockQueries(ranges);
  for (let at = 0; at < queries.length; at += QUERIES_AT_ONCE) {
    // Both sizes in one statement: what moves from small blocks to large ones is seen in one of them.
    const selects = queries
      .slice(at, at + QUERIES_AT_ONCE)
      .flatMap((query) => blockSelects(tier, query));
    const rows = await copyOut(db, selects.join(' UNION ALL '));
    while (rows.next()) {
      found.push({
        size: BLOCK_SIZES[rows.integer()] as BlockSize,
        machine: rows.integer(),
        device: rows.integer(),
        metric: rows.integer(),
        start: rows.time(),
        data: rows.data(),
      });
    }
  }
  return found.sort((one, other) => one.machine - other.machine || one.start - other.start);
}

/** SQL for the blocks of a query, one for each size. */
function blockSelects(tier: Tier, { machines, from, to, columns }: BlockQuery): string[] {
  const some =
    columns === null
      ? ''
      : `AND device = ANY (${intArray(columns.devices)}) AND metric = ANY (${intArray(columns.metrics)})`;
  return BLOCK_SIZES.map(
    (size, index) => `SELECT ${index}, machine, device, metric::int, start, data
      FROM ${BLOCK_TABLES[tier][size]}
      WHERE machine = ANY (${intArray(machines)}) ${some}
        AND ${within('start', blockStart(tier, size, from), to)}`,
  );
}

function earliest(ranges: readonly MachineRange[]): number {
  return ranges.reduce((least, { from }) => min(least, from), Number.POSITIVE_INFINITY);
}

function latest(ranges: readonly MachineRange[]): number {
  return ranges.reduce((most, { to }) => max(most, to), Number.NEGATIVE_INFINITY);
}
