/** History in memory: columns over a list of times, out of packed rows or of blocks. */
import { ByteReader, DamagedBlockError } from '../columns/bits.js';
import type { AllocateDoubles } from '../columns/doubles.js';
import { unseal } from '../columns/envelope.js';
import { decodeNumbers, MAX_VALUES } from '../columns/number-column.js';
import { type UnpackedRow, unpackRow } from '../columns/packed-row.js';
import { decodeTexts } from '../columns/text-column.js';
import type { ColumnCodec } from './column-codec.js';
import { columnKey, MACHINE, MISSING_METRIC, TIME_METRIC } from './column-id.js';
import type { BlockRow, HeadRow, StoredBlock } from './history-storage.js';

/** Columns of one machine over the same times. */
export interface Segment<column> {
  /** Epoch milliseconds, rising; NaN where a newer segment has the same time. */
  times: Float64Array;
  /** By columnKey. */
  columns: Map<number, column>;
  /** JSON of why metrics are missing; `null` if nothing of that was read or is known. */
  missing: (string | null)[] | null;
}

/** Columns of which each is made when it is asked for. */
export interface Columns<column> {
  keys(): Iterable<number>;
  get(key: number): column | undefined;
}

/** A segment whose columns may not be decoded yet. */
export interface Part<column> extends Omit<Segment<column>, 'columns'> {
  columns: Columns<column>;
}

/** Called with blocks, or with a row of the head as one, that cannot be read. */
export type OnDamage = (rows: readonly BlockRow[], error: DamagedBlockError) => void;

/** A row of the head with its content. */
export interface ReadableRow<value> extends UnpackedRow<value> {
  row: HeadRow;
}

/** Unpacks rows. What is damaged is left out. */
export function unpackRows<column, value>(
  rows: readonly HeadRow[],
  codec: ColumnCodec<column, value>,
  onDamage: OnDamage,
): ReadableRow<value>[] {
  return rows.flatMap((row) => {
    const unpacked = orDamaged(
      () => unpackRow(new ByteReader(row.data), codec.read),
      [blockOfRow(row)],
      onDamage,
    );
    return unpacked === null ? [] : [{ row, ...unpacked }];
  });
}

/** A row that cannot be read, in the form in which damage is reported and set aside. */
function blockOfRow({ machine, time, data }: HeadRow): BlockRow {
  return { machine, device: MACHINE, metric: TIME_METRIC, start: time, data };
}

/**
 * Rows of one machine, in the order of time, as a segment; `wanted` limits the columns. What is damaged is
 * left out.
 */
export function segmentOfRows<column, value>(
  rows: readonly HeadRow[],
  codec: ColumnCodec<column, value>,
  wanted: ReadonlySet<number> | null,
  onDamage: OnDamage,
): Segment<column> {
  const readable = unpackRows(rows, codec, onDamage);
  const columns = new Map<number, column>();
  for (const [index, { fields }] of readable.entries()) {
    for (const { device, metrics, values } of fields) {
      for (let at = 0; at < metrics.length; at++) {
        const key = columnKey({ device, metric: metrics[at] as number });
        if (wanted === null || wanted.has(key)) {
          codec.put(columnOf(columns, key, readable.length, codec), index, values[at] as value);
        }
      }
    }
  }
  return {
    times: Float64Array.from(readable, ({ row }) => row.time),
    columns,
    missing: readable.map(({ missing }) => (missing === '' ? null : missing)),
  };
}

/** Blocks of one machine as one segment each. What is damaged is left out. */
export function segmentsOfBlocks<column, value>(
  rows: readonly StoredBlock[],
  codec: ColumnCodec<column, value>,
  onDamage: OnDamage,
  allocate?: AllocateDoubles,
): Segment<column>[] {
  return partsOfBlocks(rows, codec, onDamage, allocate).map(({ columns, ...part }) => {
    const decoded = new Map<number, column>();
    for (const key of columns.keys()) {
      const column = columns.get(key);
      if (column !== undefined) {
        decoded.set(key, column);
      }
    }
    return { ...part, columns: decoded };
  });
}

/** The same with columns that are decoded each time they are asked for. */
export function partsOfBlocks<column, value>(
  rows: readonly StoredBlock[],
  codec: ColumnCodec<column, value>,
  onDamage: OnDamage,
  allocate?: AllocateDoubles,
): Part<column>[] {
  const parts: Part<column>[] = [];
  // A small and a large one may begin at the same time.
  const keyOf = ({ start, size }: StoredBlock) => (size === 'large' ? start + 0.5 : start);
  const sorted = [...rows].sort((one, other) => keyOf(one) - keyOf(other));
  for (const block of groupBy(sorted, keyOf)) {
    const part = partOfBlock(block, codec, onDamage, allocate);
    if (part !== null) {
      parts.push(part);
    }
  }
  return parts;
}

function partOfBlock<column, value>(
  block: readonly BlockRow[],
  codec: ColumnCodec<column, value>,
  onDamage: OnDamage,
  allocate: AllocateDoubles | undefined,
): Part<column> | null {
  const timeRow = block.find(({ device, metric }) => device === MACHINE && metric === TIME_METRIC);
  const times = timeRow && orDamaged(() => decodeTimes(timeRow.data), block, onDamage);
  if (!times) {
    if (!timeRow) {
      onDamage(block, new DamagedBlockError('the times of a block are gone'));
    }
    return null;
  }
  const rows = new Map<number, BlockRow>();
  let missing: Part<column>['missing'] = null;
  for (const row of block) {
    if (row.device === MACHINE && row.metric === MISSING_METRIC) {
      missing = orDamaged(() => decodeTexts(unseal(row.data), times.length), [row], onDamage);
    } else if (row !== timeRow) {
      rows.set(columnKey(row), row);
    }
  }
  const decode = (row: BlockRow) =>
    orDamaged(() => codec.decode(unseal(row.data), times.length, allocate), [row], onDamage);
  return {
    times,
    columns: {
      keys: () => rows.keys(),
      get(key) {
        const row = rows.get(key);
        return row && (decode(row) ?? undefined);
      },
    },
    missing,
  };
}

/**
 * The times of a block: their number comes first, since nothing else tells it. Throws
 * `DamagedBlockError`.
 */
export function decodeTimes(sealed: Buffer): Float64Array {
  const reader = new ByteReader(unseal(sealed));
  const count = reader.varint();
  if (count > MAX_VALUES) {
    throw new DamagedBlockError('a block has too many times');
  }
  return decodeNumbers(reader.raw(reader.left), count);
}

function orDamaged<result>(
  work: () => result,
  rows: readonly BlockRow[],
  onDamage: OnDamage,
): result | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DamagedBlockError)) {
      throw error;
    }
    onDamage(rows, error);
    return null;
  }
}

/** Hides from `segments` the times that `newer` has as well: it knows better. */
export function hideTimes(
  segments: readonly Pick<Part<unknown>, 'times'>[],
  newer: Pick<Part<unknown>, 'times'>,
): void {
  const first = newer.times[0];
  const last = newer.times.at(-1);
  if (first === undefined || last === undefined) {
    return;
  }
  let known: Set<number> | null = null;
  for (const segment of segments) {
    const { times } = segment;
    for (let index = 0; index < times.length; index++) {
      const time = times[index] as number;
      if (time >= first && time <= last) {
        known ??= new Set(newer.times);
        if (known.has(time)) {
          times[index] = Number.NaN;
        }
      }
    }
  }
}

/** Neighbours with the same key, as lists. */
export function groupBy<item>(items: readonly item[], keyOf: (item: item) => number): item[][] {
  const groups: item[][] = [];
  let last: number | null = null;
  for (const item of items) {
    const key = keyOf(item);
    if (key === last) {
      groups.at(-1)?.push(item);
    } else {
      groups.push([item]);
      last = key;
    }
  }
  return groups;
}

function columnOf<column>(
  columns: Map<number, column>,
  key: number,
  count: number,
  codec: Pick<ColumnCodec<column, unknown>, 'empty'>,
): column {
  let column = columns.get(key);
  if (column === undefined) {
    column = codec.empty(count);
    columns.set(key, column);
  }
  return column;
}
