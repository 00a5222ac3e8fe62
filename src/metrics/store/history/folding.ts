/**
 * Puts rows of the head into small blocks, and those into a large one once its time is complete. Late rows
 * reopen the block they belong to.
 *
 * What is computed outside of a transaction is written in one that fails if another fold came between,
 * so that a step can be broken off anywhere and two leaders do no harm.
 */

import { Logger } from '@nestjs/common';
import type { Pace } from '../../../common/pace.js';
import { ByteWriter } from '../columns/bits.js';
import { DoublesArena } from '../columns/doubles.js';
import { seal } from '../columns/envelope.js';
import { encodeNumbers } from '../columns/number-column.js';
import { encodeTexts } from '../columns/text-column.js';
import { BLOCK_MS, type BlockSize, blockStart } from './blocks.js';
import type { ColumnCodec } from './column-codec.js';
import { columnId, MACHINE, MISSING_METRIC, TIME_METRIC } from './column-id.js';
import {
  type BlockRow,
  type HeadRow,
  type HeadTable,
  type HistorySession,
  type HistoryStorage,
  type MachineRange,
} from './history-storage.js';
import { MergedParts } from './merged-parts.js';
import { hideTimes, type OnDamage, partsOfBlocks, type Segment, segmentOfRows } from './segment.js';

/** Rows that are unpacked in one go. */
const ROWS_AT_ONCE = 120;

const logger = new Logger('History');

/** What a fold makes one block of. */
export interface FoldWindow {
  machine: number;
  size: BlockSize;
  /** Epoch milliseconds. */
  start: number;
}

/** Where the rows of a fold come from; `null` if only blocks are merged. */
export interface FoldSource {
  table: HeadTable;
  /** `from` inclusive, `to` exclusive, epoch milliseconds. */
  from: number;
  to: number;
  /** True if the rows are removed with the fold; else the table is emptied as a whole later. */
  remove: boolean;
}

/** What came of a fold; after a `conflict` with another fold it is to be tried again. */
export type FoldResult = 'nothing to do' | 'written' | 'conflict';

/** Makes one block of a window and the rows that are to come into it. */
export async function fold<column, value>(
  storage: HistoryStorage,
  codec: ColumnCodec<column, value>,
  { machine, size, start }: FoldWindow,
  source: FoldSource | null,
  pace: Pace,
  /** What is known besides, each time of which counts only where no block and no row has it. */
  older: readonly Segment<column>[] = [],
): Promise<FoldResult> {
  const range: MachineRange = { machine, from: start, to: start + BLOCK_MS[codec.tier][size] };
  const { folds } = await storage.session.state();
  const rows = source === null ? [] : await rowsOf(storage, machine, source);
  const existing = await storage.session.blocks(codec.tier, [{ ...range, columns: null }]);
  if (size === 'small' && existing.some((block) => block.size === 'large')) {
    // Conversion made a large one before its time: two blocks must not have the same time.
    const large = blockStart(codec.tier, 'large', start);
    return fold(storage, codec, { machine, size: 'large', start: large }, source, pace, older);
  }
  const starts = new Set(existing.map(({ start }) => start));
  const isOneBlock = starts.size <= 1 && existing.every((block) => block.size === size);
  if (rows.length === 0 && older.length === 0 && isOneBlock) {
    return 'nothing to do';
  }
  const damaged: { row: BlockRow; reason: string }[] = [];
  const onDamage: OnDamage = (bad, error) => {
    damaged.push(...bad.map((row) => ({ row, reason: error.message })));
  };
  const known = new Set((await storage.session.devices(machine)).map(({ id }) => id));
  const arena = new DoublesArena();
  const parts = partsOfBlocks(existing, codec, onDamage, arena.allocate);
  for (const part of parts) {
    hideTimes(older, part);
  }
  parts.unshift(...older);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await pace.pause();
    const newest = segmentOfRows(rows.slice(at, at + ROWS_AT_ONCE), codec, null, onDamage);
    hideTimes(parts, newest);
    parts.push(newest);
  }
  const merged = new MergedParts(parts, codec);
  const blocks = await encodeBlock(range, merged, codec, { known, pace, arena });
  // Whoever writes late samples looks for them in blocks and beside them, in two steps.
  const lock = source?.table === 'raw_late' ? 'writers' : null;
  const written = await storage.transaction(lock, async (session) => {
    if (!(await session.countUp('folds', folds))) {
      return false;
    }
    for (const { row, reason } of damaged) {
      await session.setAside(codec.tier, [row], reason);
    }
    await session.deleteBlocks(codec.tier, 'small', range);
    if (size === 'large') {
      await session.deleteBlocks(codec.tier, 'large', range);
    }
    if (await isRegistered(session, machine)) {
      // Nobody would ever remove the blocks of a machine that was removed meanwhile.
      await session.putBlocks(codec.tier, size, blocks.rows);
      await session.touchDevices(blocks.devices);
    }
    if (source?.remove) {
      // A minute that was computed anew meanwhile is another row: it stays.
      await session.deleteHeadRows(source.table, rows);
    }
    return true;
  });
  if (written) {
    for (const { row, reason } of damaged) {
      logger.error(
        `history was damaged (${reason}) and is set aside: tier ${codec.tier}, machine ${row.machine}, start ${row.start}`,
      );
    }
  }
  return written ? 'written' : 'conflict';
}

async function isRegistered(session: HistorySession, machine: number): Promise<boolean> {
  const [next] = await session.machines(machine - 1, 1);
  return next === machine;
}

function rowsOf(
  { session }: HistoryStorage,
  machine: number,
  { table, from, to }: FoldSource,
): Promise<HeadRow[]> {
  return session.headRows(table, [{ machine, from, to }]);
}

/** What it takes to make a block. */
interface BlockWork {
  /** Ids of devices; columns of others are left out. */
  known: ReadonlySet<number>;
  pace: Pace;
  /** Space for one column at a time. */
  arena: DoublesArena;
}

/** The rows of a block, and when its devices last had data. */
async function encodeBlock<column, value>(
  { machine, from: start }: MachineRange,
  merged: MergedParts<column, value>,
  codec: ColumnCodec<column, value>,
  { known, pace, arena }: BlockWork,
): Promise<{ rows: BlockRow[]; devices: { id: number; last: number }[] }> {
  const { times, missing } = merged;
  const rows: BlockRow[] = [];
  const put = (device: number, metric: number, payload: Buffer) =>
    rows.push({ machine, device, metric, start, data: seal(payload) });
  put(MACHINE, TIME_METRIC, encodeTimes(times));
  if (missing.some((text) => text !== null)) {
    put(MACHINE, MISSING_METRIC, encodeTexts(missing));
  }
  const last = new Map<number, number>();
  for (const key of merged.keys()) {
    const { device, metric } = columnId(key);
    if (device !== MACHINE && !known.has(device)) {
      continue;
    }
    await pace.pause();
    arena.reset();
    const column = merged.column(key, arena.allocate);
    const index = codec.lastIndex(column);
    if (index < 0) {
      continue;
    }
    put(device, metric, codec.encode(column));
    if (device !== MACHINE) {
      last.set(device, Math.max(last.get(device) ?? 0, times[index] as number));
    }
  }
  return { rows, devices: [...last].map(([id, time]) => ({ id, last: time })) };
}

/** See `decodeTimes`. */
function encodeTimes(times: Float64Array): Buffer {
  const writer = new ByteWriter();
  writer.varint(times.length);
  writer.raw(encodeNumbers(times));
  return writer.finish();
}
