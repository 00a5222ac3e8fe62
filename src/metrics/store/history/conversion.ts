/**
 * Takes over the tables of the layout before this one, a day of a machine at a time, the newest first and
 * minutes before samples. It may be broken off anywhere: a day that is begun is done again, with the same
 * outcome. The tables go at the end.
 */
import { Logger } from '@nestjs/common';
import {
  DEVICE_METRIC_CATALOG,
  METRIC_CATALOG,
  type MetricDefinition,
  TIER_BUCKET_MS,
} from '../../../contracts/index.js';
import type { PackedBucket } from '../columns/packed-row.js';
import type { StepResult } from '../metrics-store.js';
import { type ColumnCodec, MINUTES, RAW } from './column-codec.js';
import { columnKey, MACHINE } from './column-id.js';
import { fold } from './folding.js';
import type { ColumnTier, HistorySession, HistoryStorage, LegacyRow } from './history-storage.js';
import type { Segment } from './segment.js';

const DAY_MS = 24 * TIER_BUCKET_MS['1h'];
/** Rows of so much time are in memory at once. */
const READ_MS = TIER_BUCKET_MS['1h'];
/** The last samples of the old layout whose minutes may not be rolled up. */
const UNROLLED_MS = 2 * TIER_BUCKET_MS['1h'];

/** Converts; only the leader takes steps. */
export class Conversion {
  private readonly logger = new Logger('History');
  /** How far the day under way has come; it starts anew after a restart. */
  private pass = { day: Number.NaN, machine: 0 };

  constructor(private readonly storage: HistoryStorage) {}

  /** One bounded step; nothing is left to do once no table of the old layout is. */
  async step(): Promise<StepResult> {
    for (const codec of [MINUTES, RAW] as const) {
      if (await this.storage.session.hasLegacy(codec.tier)) {
        return codec === MINUTES
          ? this.convert(MINUTES, bucketOf)
          : this.convert(RAW, (row, name) => row.values[name] ?? null);
      }
    }
    return { rows: 0, more: false };
  }

  private async convert<column, value>(
    codec: ColumnCodec<column, value>,
    pick: ValueOf<value>,
  ): Promise<StepResult> {
    const { session } = this.storage;
    const mark = `${codec.tier}.converted` as const;
    const state = await session.state();
    const newest = await session.newestLegacy(codec.tier, -state[mark]);
    if (newest === null || newest < state[`${codec.tier}.horizon`]) {
      const more = await session.dropLegacy(codec.tier);
      if (!more) {
        this.logger.log(`history of the tier ${codec.tier} is converted, the old tables are gone`);
      }
      return { rows: 1, more: true };
    }
    const day = Math.floor(newest / DAY_MS) * DAY_MS;
    if (this.pass.day !== day) {
      this.pass = { day, machine: 0 };
    }
    const [machine] = await session.machines(this.pass.machine, 1);
    if (machine === undefined) {
      await session.advance(mark, -day);
      const date = new Date(day).toISOString().slice(0, 10);
      this.logger.log(`history of the tier ${codec.tier} is converted back to ${date}`);
      return { rows: 1, more: true };
    }
    const result = await this.convertDay(codec, pick, machine, day);
    if (result) {
      this.pass.machine = machine;
    }
    return { rows: 1, more: result };
  }

  /** False if another fold came between. */
  private async convertDay<column, value>(
    codec: ColumnCodec<column, value>,
    pick: ValueOf<value>,
    machine: number,
    day: number,
  ): Promise<boolean> {
    const { session } = this.storage;
    const segments: Segment<column>[] = [];
    for (let from = day; from < day + DAY_MS; from += READ_MS) {
      const { machine: own, devices } = await session.legacyRows(codec.tier, {
        machine,
        from,
        to: from + READ_MS,
      });
      if (own.length > 0) {
        segments.push(segmentOf(own, devices, codec, pick));
      }
    }
    if (segments.length === 0) {
      return true;
    }
    // A fold hides the times that it has from elsewhere.
    const minutes = codec.tier === 'raw' ? await this.unrolledMinutes(segments) : [];
    const window = { machine, span: 'day', start: day } as const;
    if ((await fold(this.storage, codec, window, null, segments)) === 'conflict') {
      return false;
    }
    await session.markDirty(
      '1m',
      minutes.map((start) => ({ machine, start })),
    );
    return true;
  }

  /** The last minutes before the old server was stopped, which it may not have rolled up any more. */
  private async unrolledMinutes(segments: readonly Segment<unknown>[]): Promise<number[]> {
    const { session } = this.storage;
    const { 'legacy.until': until } = await session.state();
    const newest = (await session.newestLegacy('raw', until + DAY_MS)) ?? until;
    const width = TIER_BUCKET_MS['1m'];
    const minutes = new Set<number>();
    for (const { times } of segments) {
      for (const time of times) {
        if (time > newest - UNROLLED_MS) {
          minutes.add(Math.floor(time / width) * width);
        }
      }
    }
    return [...minutes];
  }
}

type ValueOf<value> = (row: LegacyRow, name: string) => value | null;

const bucketOf: ValueOf<PackedBucket> = ({ values }, name) => {
  const average = values[name];
  const count = values[`${name}_count`];
  const min = values[`${name}_min`];
  const max = values[`${name}_max`];
  return average == null || min == null || max == null || !count
    ? null
    : { sum: sumOf(average, count), count, min, max };
};

/** The sum that an average came from: one of few decimals if it divides to the very same average. */
function sumOf(average: number, count: number): number {
  const sum = average * count;
  const decimal = Math.round(sum * 100) / 100;
  return decimal / count === average ? decimal : sum;
}

function segmentOf<column, value>(
  own: readonly LegacyRow[],
  devices: readonly (LegacyRow & { device: number })[],
  codec: ColumnCodec<column, value>,
  pick: ValueOf<value>,
): Segment<column> {
  const places = new Map(own.map(({ time }, index) => [time, index]));
  const columns = new Map<number, column>();
  const put = (
    row: LegacyRow,
    device: number,
    catalog: Readonly<Record<string, MetricDefinition>>,
  ) => {
    const index = places.get(row.time);
    for (const [name, { id }] of Object.entries(catalog)) {
      const value = index === undefined ? null : pick(row, name);
      if (index !== undefined && value !== null) {
        const key = columnKey({ device, metric: id });
        const column = columns.get(key) ?? codec.empty(own.length);
        columns.set(key, column);
        codec.put(column, index, value);
      }
    }
  };
  for (const row of own) {
    put(row, MACHINE, METRIC_CATALOG);
  }
  for (const row of devices) {
    put(row, row.device, DEVICE_METRIC_CATALOG);
  }
  return {
    times: Float64Array.from(own, ({ time }) => time),
    columns,
    missing: own.map(({ missing }) => missing),
  };
}

/** True while tables of the old layout are there. */
export async function isConverting(session: HistorySession): Promise<boolean> {
  // Samples are converted last.
  return session.hasLegacy('raw');
}

/** The time from which on history is in the new layout; `null` if all of it is. */
export async function convertedFrom(storage: HistoryStorage): Promise<number | null> {
  const { session } = storage;
  const tiers: ColumnTier[] = ['1m', 'raw'];
  for (const tier of tiers) {
    if (await session.hasLegacy(tier)) {
      const state = await session.state();
      return Math.min(-state[`${tier}.converted`], state['legacy.until']);
    }
  }
  return null;
}
