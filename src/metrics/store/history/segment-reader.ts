/** Reads a tier of some machines: newest rows and blocks together, each time once. */
import { Logger } from '@nestjs/common';
import type { Tier } from '../../../contracts/index.js';
import type { ColumnCodec } from './column-codec.js';
import { type ColumnId, columnKey, MACHINE, MISSING_METRIC, TIME_METRIC } from './column-id.js';
import {
  type BlockRange,
  HEAD_TABLES,
  type HeadRow,
  type HistorySession,
  type MachineRange,
} from './history-storage.js';
import {
  groupBy,
  hideTimes,
  type OnDamage,
  type Segment,
  segmentOfRows,
  segmentsOfBlocks,
} from './segment.js';

const TIMES: ColumnId = { device: MACHINE, metric: TIME_METRIC };
/** The reasons for missing metrics, as a column to ask for. */
export const MISSING: ColumnId = { device: MACHINE, metric: MISSING_METRIC };

const logger = new Logger('History');

/** What to read of one machine; `columns` is `null` for all of them. */
export interface SegmentRange extends MachineRange {
  columns: readonly ColumnId[] | null;
}

/**
 * Segments by machine. They may reach beyond their range. Rows move from the head to blocks and never
 * back, so the head is read first: what moves meanwhile is seen twice rather than never. Of each table
 * of the head at most `rowsOfEach` rows of a range are read.
 */
export async function readSegments<column, value>(
  session: HistorySession,
  codec: ColumnCodec<column, value>,
  ranges: readonly SegmentRange[],
  rowsOfEach?: number,
): Promise<Map<number, Segment<column>[]>> {
  const wanted = wantedColumns(ranges);
  const lists: HeadRow[][] = [];
  for (const table of HEAD_TABLES[codec.tier]) {
    lists.push(await session.headRows(table, ranges, rowsOfEach));
  }
  const blocks = await session.blocks(codec.tier, ranges.map(blockRange));
  const byMachine = new Map<number, Segment<column>[]>();
  for (const rows of groupBy(blocks, ({ machine }) => machine)) {
    const segments = segmentsOfBlocks(rows, codec, logDamage(codec.tier));
    byMachine.set(rows[0]?.machine ?? 0, segments);
  }
  for (const list of lists) {
    for (const rows of groupBy(list, ({ machine }) => machine)) {
      const machine = rows[0]?.machine ?? 0;
      const segments = byMachine.get(machine) ?? [];
      const segment = segmentOfRows(rows, codec, wanted, logDamage(codec.tier));
      hideTimes(segments, segment);
      byMachine.set(machine, [...segments, segment]);
    }
  }
  return byMachine;
}

/** Reports what cannot be read; it is set aside when its block is written anew. */
export function logDamage(tier: Tier): OnDamage {
  return ([first], error) =>
    logger.error(
      `history cannot be read (${error.message}): tier ${tier}, machine ${first?.machine}, start ${first?.start}`,
    );
}

function blockRange({ columns, ...range }: SegmentRange): BlockRange {
  return { ...range, columns: columns && [TIMES, ...columns] };
}

/** The columns that any range wants; a row has no more than a machine's. */
function wantedColumns(ranges: readonly SegmentRange[]): Set<number> | null {
  const wanted = new Set<number>();
  for (const { columns } of ranges) {
    if (columns === null) {
      return null;
    }
    for (const column of columns) {
      wanted.add(columnKey(column));
    }
  }
  return wanted;
}
