/** Several segments of one machine as one. */
import type { AllocateDoubles } from '../columns/doubles.js';
import type { ColumnCodec } from './column-codec.js';
import type { Part, Segment } from './segment.js';

/** One segment out of several that hide each other's times, in the order of time. */
export function mergeSegments<column, value>(
  segments: readonly Segment<column>[],
  codec: ColumnCodec<column, value>,
): Segment<column> {
  const [only] = segments;
  if (segments.length === 1 && only !== undefined && !only.times.includes(Number.NaN)) {
    return only;
  }
  const merged = new MergedParts(segments, codec);
  const columns = new Map([...merged.keys()].map((key) => [key, merged.column(key)]));
  return { times: merged.times, columns, missing: merged.missing };
}

/** Parts that hide each other's times as one, a column at a time. */
export class MergedParts<column, value> {
  readonly times: Float64Array;
  readonly missing: (string | null)[];
  /** Of each time, which part has it, and where. */
  private readonly parts: Uint32Array;
  private readonly indexes: Uint32Array;

  constructor(
    private readonly sources: readonly Part<column>[],
    private readonly codec: ColumnCodec<column, value>,
  ) {
    const order: { time: number; part: number; index: number }[] = [];
    for (const [part, { times }] of sources.entries()) {
      for (let index = 0; index < times.length; index++) {
        const time = times[index] as number;
        if (!Number.isNaN(time)) {
          order.push({ time, part, index });
        }
      }
    }
    order.sort((one, other) => one.time - other.time);
    this.times = Float64Array.from(order, ({ time }) => time);
    this.parts = Uint32Array.from(order, ({ part }) => part);
    this.indexes = Uint32Array.from(order, ({ index }) => index);
    this.missing = order.map(({ part, index }) => sources[part]?.missing?.[index] ?? null);
  }

  /** The columns that any part has. */
  keys(): Set<number> {
    return new Set(this.sources.flatMap(({ columns }) => [...columns.keys()]));
  }

  column(key: number, allocate?: AllocateDoubles): column {
    const { parts, indexes, codec } = this;
    const columns = this.sources.map((source) => source.columns.get(key));
    const merged = codec.empty(parts.length, allocate);
    for (let to = 0; to < parts.length; to++) {
      const column = columns[parts[to] as number];
      if (column !== undefined) {
        codec.copy(column, indexes[to] as number, merged, to);
      }
    }
    return merged;
  }
}
