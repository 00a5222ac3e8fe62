/**
 * Takes over tables of rows, the time of a large block of a machine at a time, the newest first, and coarse
 * tiers before fine ones. It may be broken off anywhere: what is begun is done again, with the same outcome.
 * The tables of minutes and samples go at the end; those of hours stay, for plain SQL.
 */
import { Logger } from '@nestjs/common';
import { Pace } from '../../../common/pace.js';
import {
  DEVICE_METRIC_CATALOG,
  METRIC_CATALOG,
  type MetricDefinition,
  TIER_BUCKET_MS,
  type Tier,
} from '../../../contracts/index.js';
import type { PackedBucket } from '../columns/packed-row.js';
import type { StepResult } from '../metrics-store.js';
import { ALL_CONVERTED } from '../state.js';
import { BLOCK_MS, blockStart } from './blocks.js';
import { type ColumnCodec, RAW, ROLLED_UP } from './column-codec.js';
import { columnKey, MACHINE } from './column-id.js';
import { fold } from './folding.js';
import type { HistorySession, HistoryStorage, LegacyRow } from './history-storage.js';
import type { Segment } from './segment.js';

/** Rows of so much time are in memory at once. */
const READ_MS: Record<Tier, number> = {
  raw: TIER_BUCKET_MS['1h'],
  '1m': TIER_BUCKET_MS['1h'],
  '1h': 5 * 24 * TIER_BUCKET_MS['1h'],
};
/** The last samples of the old layout whose minutes may not be rolled up. */
const UNROLLED_MS = 2 * TIER_BUCKET_MS['1h'];

/** Converts; only the leader takes steps. */
export class Conversion {
  private readonly logger = new Logger('History');
  /** How far the time under way has come; it starts anew after a restart. */
  private pass = { start: Number.NaN, machine: 0 };

  constructor(private readonly storage: HistoryStorage) {}

  /** One bounded step; nothing is left to do once all tiers are converted. */
  async step(): Promise<StepResult> {
    const tier = await tierUnderWay(this.storage.session);
    if (tier === null) {
      return { rows: 0, more: false };
    }
    return tier === 'raw'
      ? this.convert(RAW, (row, name) => row.values[name] ?? null)
      : this.convert(ROLLED_UP[tier], bucketOf);
  }

  private async convert<column, value>(
    codec: ColumnCodec<column, value>,
    pick: ValueOf<value>,
  ): Promise<StepResult> {
    const { tier } = codec;
    const { session } = this.storage;
    const mark = `${tier}.converted` as const;
    const state = await session.state();
    const newest = await session.newestLegacy(tier, -state[mark]);
    if (newest === null || newest < state[`${tier}.horizon`]) {
      await this.finish(tier);
      return { rows: 1, more: true };
    }
    const start = blockStart(tier, 'large', newest);
    if (this.pass.start !== start) {
      this.pass = { start, machine: 0 };
    }
    const [machine] = await session.machines(this.pass.machine, 1);
    if (machine === undefined) {
      await session.advance(mark, -start);
      const date = new Date(start).toISOString().slice(0, 10);
      this.logger.log(`history of the tier ${tier} is converted back to ${date}`);
      return { rows: 1, more: true };
    }
    if (await this.convertBlock(codec, pick, machine, start)) {
      this.pass.machine = machine;
    }
    return { rows: 1, more: true };
  }

  private async finish(tier: Tier): Promise<void> {
    const { session } = this.storage;
    if (tier === '1h') {
      await session.advance('1h.converted', ALL_CONVERTED);
      this.logger.log('history of the tier 1h is converted');
    } else if (!(await session.dropLegacy(tier))) {
      this.logger.log(`history of the tier ${tier} is converted, the old tables are gone`);
    }
  }

  /** False if another fold came between. */
  private async convertBlock<column, value>(
    codec: ColumnCodec<column, value>,
    pick: ValueOf<value>,
    machine: number,
    start: number,
  ): Promise<boolean> {
    const { tier } = codec;
    const { session } = this.storage;
    const segments: Segment<column>[] = [];
    const end = start + BLOCK_MS[tier].large;
    for (let from = start; from < end; from += READ_MS[tier]) {
      const range = { machine, from, to: from + READ_MS[tier] };
      const { machine: own, devices } = await session.legacyRows(tier, range);
      if (own.length > 0 || devices.length > 0) {
        segments.push(segmentOf(own, devices, codec, pick));
      }
    }
    if (segments.length === 0) {
      return true;
    }
    // A fold hides the times that it has from elsewhere.
    const minutes = tier === 'raw' ? await this.unrolledMinutes(segments) : [];
    const window = { machine, size: 'large', start } as const;
    if ((await fold(this.storage, codec, window, null, new Pace(), segments)) === 'conflict') {
      return false;
    }
    await session.markDirty(
      '1m',
      minutes.map((minute) => ({ machine, start: minute })),
    );
    return true;
  }

  /** The last minutes before the old server was stopped, which it may not have rolled up any more. */
  private async unrolledMinutes(segments: readonly Segment<unknown>[]): Promise<number[]> {
    const { session } = this.storage;
    const { 'legacy.until': until } = await session.state();
    const newest = (await session.newestLegacy('raw', until + BLOCK_MS.raw.large)) ?? until;
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
  const times = [...new Set([...own, ...devices].map(({ time }) => time))].sort(
    (one, other) => one - other,
  );
  const places = new Map(times.map((time, index) => [time, index]));
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
        const column = columns.get(key) ?? codec.empty(times.length);
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
  const missing = new Map(own.map(({ time, missing: text }) => [time, text]));
  return {
    times: Float64Array.from(times),
    columns,
    missing: times.map((time) => missing.get(time) ?? null),
  };
}

/** The tier that is being converted; `null` if all are. Coarse ones come first: they are small. */
async function tierUnderWay(session: HistorySession): Promise<Tier | null> {
  const state = await session.state();
  if (state['1h.converted'] < ALL_CONVERTED) {
    return '1h';
  }
  for (const tier of ['1m', 'raw'] as const) {
    if (await session.hasLegacy(tier)) {
      return tier;
    }
  }
  return null;
}

/** True while samples of the old layout are there: minutes cannot be computed of what is not converted. */
export async function isConverting(session: HistorySession): Promise<boolean> {
  // Samples are converted last.
  return session.hasLegacy('raw');
}

/** The time from which on history is in the new layout; `null` if all of it is. */
export async function convertedFrom({ session }: HistoryStorage): Promise<number | null> {
  const tier = await tierUnderWay(session);
  if (tier === null) {
    return null;
  }
  const state = await session.state();
  const since = tier === '1h' ? state['1h.rolled'] : state['legacy.until'];
  return Math.min(-state[`${tier}.converted`], since);
}
