/** Reads a tier of some machines: newest rows and blocks together, each time once. */
import { Logger } from '@nestjs/common';
import type { Tier } from '../../../contracts/index.js';
import type { AllocateDoubles } from '../columns/doubles.js';
import type { StoreState } from '../state.js';
import type { ColumnCodec } from './column-codec.js';
import { type ColumnId, columnKey, MACHINE, MISSING_METRIC, TIME_METRIC } from './column-id.js';
import {
  type BlockRange,
  HEAD_TABLES,
  type HeadRow,
  type HistorySession,
  type MachineRange,
  type StoredBlock,
} from './history-storage.js';
import {
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

/** What is stored of a machine, not decoded yet. */
export interface StoredHistory {
  blocks: StoredBlock[];
  /** By table of the head. */
  rows: HeadRow[][];
}

/** How to read. */
export interface ReadOptions {
  /** Of each table of the head at most so many rows of a range. */
  limit?: number;
  /** The state as it was a moment ago, if it is known. */
  state?: StoreState;
}

/**
 * What is stored in some ranges, by machine; it may reach beyond its range. Rows move from the head to blocks
 * and never back, so the head is read first: what moves meanwhile is seen twice rather than never.
 */
export async function readStored(
  session: HistorySession,
  tier: Tier,
  ranges: readonly SegmentRange[],
  { limit, state }: ReadOptions = {},
): Promise<Map<number, StoredHistory>> {
  const tables = HEAD_TABLES[tier];
  const lists: HeadRow[][] = [];
  for (const table of tables) {
    // One after the other: in a transaction there is one connection.
    lists.push(await session.headRows(table, ranges, limit));
  }
  const blocks = await blocksOf(session, tier, ranges, state);
  const stored = new Map<number, StoredHistory>();
  const of = (machine: number) => {
    const known = stored.get(machine) ?? { blocks: [], rows: tables.map(() => []) };
    stored.set(machine, known);
    return known;
  };
  for (const block of blocks) {
    of(block.machine).blocks.push(block);
  }
  for (const [index, list] of lists.entries()) {
    for (const row of list) {
      of(row.machine).rows[index]?.push(row);
    }
  }
  return stored;
}

/** Blocks of ranges that begin where blocks may be; to be read after the head. */
async function blocksOf(
  session: HistorySession,
  tier: Tier,
  ranges: readonly SegmentRange[],
  before: StoreState | undefined,
): Promise<StoredBlock[]> {
  const isOld = ({ from }: SegmentRange, state: StoreState) => from < endOfBlocks(tier, state);
  if (before !== undefined && ranges.every((range) => isOld(range, before))) {
    return session.blocks(tier, ranges.map(blockRange));
  }
  // What was newer may have moved meanwhile.
  const now = await session.state();
  const older = ranges.filter((range) => isOld(range, now));
  return older.length === 0 ? [] : session.blocks(tier, older.map(blockRange));
}

/** Later times are in no block: each tier is put into blocks once the next one has seen it, conversion apart. */
export function endOfBlocks(tier: Tier, state: StoreState): number {
  const folded = { raw: state['raw.sealed'], '1m': state['1h.rolled'], '1h': state['1h.rolled'] };
  return Math.max(folded[tier], state['legacy.until']);
}

/** Segments of one machine, each time once. `columns` limits those of rows. */
export function segmentsOfStored<column, value>(
  { blocks, rows }: StoredHistory,
  codec: ColumnCodec<column, value>,
  columns: ReadonlySet<number> | null,
  allocate?: AllocateDoubles,
): Segment<column>[] {
  const onDamage = logDamage(codec.tier);
  const segments = segmentsOfBlocks(blocks, codec, onDamage, allocate);
  for (const list of rows.filter(({ length }) => length > 0)) {
    const segment = segmentOfRows(list, codec, columns, onDamage);
    hideTimes(segments, segment);
    segments.push(segment);
  }
  return segments;
}

/** The segments of some ranges by machine; see `readStored`. */
export async function readSegments<column, value>(
  session: HistorySession,
  codec: ColumnCodec<column, value>,
  ranges: readonly SegmentRange[],
  options?: ReadOptions,
): Promise<Map<number, Segment<column>[]>> {
  const stored = await readStored(session, codec.tier, ranges, options);
  const columns = wantedColumns(ranges);
  return new Map(
    [...stored].map(([machine, history]) => [machine, segmentsOfStored(history, codec, columns)]),
  );
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
export function wantedColumns(ranges: readonly SegmentRange[]): Set<number> | null {
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
