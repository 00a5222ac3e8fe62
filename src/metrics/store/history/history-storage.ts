/**
 * The storage port: what the history needs of a database. Everything that is the same on every database
 * is written over it once; a dialect knows tables and SQL, and nothing of what rows and blocks mean.
 */
import type { DeviceKind, RollupTier, Tier } from '../../../contracts/index.js';
import type { DeviceAge } from '../device-limits.js';
import type { Device } from '../metrics-store.js';
import type { SeriesFamily } from '../series.js';
import type { StateName, StoreState } from '../state.js';
import type { BlockSize } from './blocks.js';
import type { ColumnId } from './column-id.js';

/**
 * Tables of packed rows.
 * - `raw_head`: samples as they come
 * - `raw_late`: samples for hours that are closed
 * - `minute_head`, `hour_head`: minutes and hours that are not in blocks yet, or newer than those there
 */
export type HeadTable = 'raw_head' | 'raw_late' | 'minute_head' | 'hour_head';

/** The tables of packed rows of each tier. */
export const HEAD_TABLES: Record<Tier, readonly HeadTable[]> = {
  raw: ['raw_head', 'raw_late'],
  '1m': ['minute_head'],
  '1h': ['hour_head'],
};

/** Everything that a machine has at one time, packed. */
export interface HeadRow {
  machine: number;
  /** Epoch milliseconds. */
  time: number;
  data: Buffer;
}

/** A range of one machine: `from` inclusive, `to` exclusive, epoch milliseconds. */
export interface MachineRange {
  machine: number;
  from: number;
  to: number;
}

/** Which machines to name: the first `limit` after `after` with data in `[from, to)`. */
export interface MachinesWith {
  from: number;
  to: number;
  after: number;
  limit: number;
}

/** One column of one block. */
export interface BlockRow extends ColumnId {
  machine: number;
  /** Start of what the block covers, epoch milliseconds. */
  start: number;
  data: Buffer;
}

/** A block as it is stored. */
export interface StoredBlock extends BlockRow {
  size: BlockSize;
}

/** Blocks to read: of a machine the columns named, or all, of all blocks that overlap `[from, to)`. */
export interface BlockRange extends MachineRange {
  columns: readonly ColumnId[] | null;
}

/** A bucket of a machine that awaits its computing. */
export interface MachineBucket {
  machine: number;
  /** Epoch milliseconds. */
  start: number;
}

/** An hour of one series as a row for plain SQL: average, least, greatest value and count a metric. */
export interface HourRow {
  key: number;
  start: number;
  /** In rollupColumns' order. */
  values: (number | null)[];
}

/** Rows of the layout before this one: values by the columns of their tables. */
export interface LegacyRows {
  machine: LegacyRow[];
  devices: (LegacyRow & { device: number })[];
}

/** One of them; columns are named as metrics, those of minutes also with `_min`, `_max` and `_count`. */
export interface LegacyRow {
  /** Epoch milliseconds. */
  time: number;
  values: Record<string, number | null>;
  missing: string | null;
}

/** What a transaction keeps others from doing. */
export type StorageLock = 'writers' | 'rollup' | 'late_rollup' | null;

/** Reads and writes, in a transaction or each on its own. */
export interface HistorySession {
  state(): Promise<StoreState>;
  /** Moves a mark forward; never back. */
  advance(name: StateName, value: number): Promise<void>;
  /** Counts the state up if it still is `expected`; false if another was quicker. */
  countUp(name: StateName, expected: number): Promise<boolean>;

  /** Keys of registered machines after `after`, in order. */
  machines(after: number, limit: number): Promise<number[]>;

  /** Keys of machines after `after` that have packed rows in `[from, to)`, in order. */
  machinesInHead(table: HeadTable, span: MachinesWith): Promise<number[]>;
  /** Keys of machines after `after` that have blocks with a start in `[from, to)`, in order. */
  machinesInBlocks(tier: Tier, span: MachinesWith): Promise<number[]>;

  /** Packed rows, ordered by machine and time; at most `limit` of each range. */
  headRows(table: HeadTable, ranges: readonly MachineRange[], limit?: number): Promise<HeadRow[]>;
  /** Adds packed rows where none are; returns those that it added. */
  addHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<HeadRow[]>;
  /** Puts packed rows, in the place of those of the same machine and time. */
  putHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void>;
  /** Removes rows that are still the same. */
  deleteHeadRows(table: HeadTable, rows: readonly HeadRow[]): Promise<void>;
  /** Hours, each with its machine, that have rows before `before`; at most `limit`. */
  headHours(table: HeadTable, before: number, limit: number): Promise<MachineBucket[]>;
  /** Time of the first row at `from` or later; `null` if there is none. */
  firstHeadTime(table: HeadTable, from: number): Promise<number | null>;

  /** Blocks, ordered by machine and start. */
  blocks(tier: Tier, ranges: readonly BlockRange[]): Promise<StoredBlock[]>;
  putBlocks(tier: Tier, size: BlockSize, rows: readonly BlockRow[]): Promise<void>;
  /** Removes a machine's blocks of a size with a start in the range. */
  deleteBlocks(tier: Tier, size: BlockSize, range: MachineRange): Promise<void>;
  /** The first time at `from` or later at which a machine may have raw samples; `null`: none. */
  firstTimeOf(machine: number, from: number): Promise<number | null>;
  /** Start of the first block at `from` or later; `null` if there is none. */
  firstBlock(tier: Tier, from: number): Promise<number | null>;
  /** Keeps blocks that cannot be read, apart from all others. */
  setAside(tier: Tier, rows: readonly BlockRow[], reason: string): Promise<void>;

  markDirty(tier: RollupTier, buckets: readonly MachineBucket[]): Promise<void>;
  /** Takes up to `limit` marks at `from` or later away; `machines`: only theirs. */
  takeDirty(
    tier: RollupTier,
    from: number,
    limit: number,
    machines: readonly number[] | null,
  ): Promise<MachineBucket[]>;
  /** The oldest marks of the machines by tier; of minutes only those whose samples are not gone. */
  oldestDirty(machines: readonly number[]): Promise<Record<RollupTier, number | null>>;

  /** Hours as rows for plain SQL, in the place of those of the same series and start. */
  putHours(family: SeriesFamily, rows: readonly HourRow[]): Promise<void>;
  /** Devices with the last time that is known in blocks; see `touchDevices`. */
  devices(machine: number, kind?: DeviceKind): Promise<(Device & DeviceAge)[]>;
  /** Devices of these kinds, ordered by machine. */
  devicesOf(machines: readonly number[], kinds: readonly DeviceKind[]): Promise<Device[]>;
  /** The devices with these ids. */
  devicesById(ids: readonly number[]): Promise<Device[]>;
  /** Notes when devices last had data. */
  touchDevices(devices: readonly { id: number; last: number }[]): Promise<void>;
  /** The first machine after `after` that has devices; `null` if there is none. */
  nextMachineWithDevices(after: number): Promise<number | null>;
  /** Removes blocks and hours of devices; answers how many rows, a bounded number. */
  deleteDeviceHistory(machine: number, ids: readonly number[]): Promise<number>;
  /** Removes devices and tells every writer that their ids are void. */
  deleteDevices(ids: readonly number[]): Promise<void>;

  /** True if the tables of rows of a tier are there (LEGACY_TABLES). */
  hasLegacy(tier: Tier): Promise<boolean>;
  /** The newest time in those tables before `before`; `null` if there is none. */
  newestLegacy(tier: Tier, before: number): Promise<number | null>;
  /** Rows of those tables, in the order of time. */
  legacyRows(tier: Tier, range: MachineRange): Promise<LegacyRows>;
  /** Removes a part of those tables, and at last the tables; true if more is left. */
  dropLegacy(tier: Tier): Promise<boolean>;

  /** Removes a bounded number of a machine's rows; 0 once nothing is left. */
  deleteMachineRows(machine: number): Promise<number>;
}

/** A database for history. */
export interface HistoryStorage {
  /** Reads and writes outside of transactions, each on its own. */
  readonly session: HistorySession;
  open(initial: StoreState): Promise<void>;
  /** Runs `work` in one transaction; `null` if the lock is held by others for too long. */
  transaction<result>(
    lock: StorageLock,
    work: (session: HistorySession) => Promise<result>,
  ): Promise<result | null>;
  close(): Promise<void>;
}
