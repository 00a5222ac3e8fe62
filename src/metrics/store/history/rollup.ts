/** Roll-ups: minutes out of samples, hours out of minutes, forward and again where late samples came. */
import { type RollupTier, TIER_BUCKET_MS } from '../../../contracts/index.js';
import { faultOf } from '../../../database/faults.js';
import type { StepResult } from '../metrics-store.js';
import { bucketStart, closedMinute, type ForwardStep, forwardStep } from '../rollup-plan.js';
import type { StoreState } from '../state.js';
import {
  bucketsOfBuckets,
  bucketsOfSamples,
  type MachineBuckets,
  packBucket,
} from './aggregate.js';
import { MINUTES, RAW } from './column-codec.js';
import { isConverting } from './conversion.js';
import type { HeadRow, HistorySession, HistoryStorage, MachineBucket } from './history-storage.js';
import { putHours } from './hour-rows.js';
import type { Segment } from './segment.js';
import { readSegments, type SegmentRange } from './segment-reader.js';

/** Late buckets that one step computes again. */
const DIRTY_PER_STEP = 2_000;
/** Values of one step forward: some milliseconds, for on SQLite everything else waits meanwhile. */
const VALUES_PER_STEP = 10_000;
/** Machines of one step forward, however few values they have. */
const MACHINES_PER_STEP = 50;
/** Machines of the first step, when nothing is known of them. */
const FIRST_MACHINES = 10;

/** Buckets of a machine that are computed together: none is further from the first than this. */
const TOGETHER_MS = 24 * TIER_BUCKET_MS['1h'];

/** Machine after machine over a span of time; it starts anew after a restart. */
interface Pass extends ForwardStep {
  /** The last machine that had its turn. */
  machine: number;
  rows: number;
}

/** Computes the rolled-up tiers. Only the leader takes steps. */
export class Rollup {
  private readonly passes: Record<RollupTier, Pass | null> = { '1m': null, '1h': null };
  private readonly machinesAtOnce = { '1m': FIRST_MACHINES, '1h': FIRST_MACHINES };

  constructor(private readonly storage: HistoryStorage) {}

  /** One bounded step for `tier`: what is late has its turn after each pass. */
  async step(tier: RollupTier, now: number): Promise<StepResult> {
    if (tier === '1m') {
      await this.closeMinutes(now);
    }
    const forward = await this.stepForward(tier);
    if (this.passes[tier] !== null) {
      return forward;
    }
    const late = await this.computeLate(this.storage, tier, null);
    return { rows: forward.rows + late, more: forward.more || late === DIRTY_PER_STEP };
  }

  /**
   * Computes the late buckets of the machines, as many as one step takes, if there is space for them.
   */
  async refresh(machines: readonly number[]): Promise<void> {
    try {
      await this.computeLate(this.storage, '1m', machines);
      await this.computeLate(this.storage, '1h', machines);
    } catch (error) {
      if (faultOf(error) !== 'storage_full') {
        throw error;
      }
    }
  }

  /** After this, every writer knows that samples before the new mark are late. */
  private async closeMinutes(now: number): Promise<void> {
    const closed = closedMinute(now);
    if (closed > (await this.storage.session.state())['1m.closed']) {
      // If a write takes too long, its minute stays open until the next step.
      await this.storage.transaction('writers', (session) => session.advance('1m.closed', closed));
    }
  }

  /** Computes the next machines of a pass; the mark moves once all had their turn. */
  private async stepForward(tier: RollupTier): Promise<StepResult> {
    const { session } = this.storage;
    const pass = this.passOf(tier, await session.state());
    if (pass === null) {
      return { rows: 0, more: false };
    }
    const { from, to, complete } = pass;
    const machines = await session.machines(pass.machine, this.machinesAtOnce[tier]);
    const last = machines.at(-1);
    if (last === undefined) {
      const rolled = pass.rows > 0 ? to : await this.nextData(session, tier, to, complete);
      await session.advance(`${tier}.rolled`, rolled);
      this.passes[tier] = null;
      return { rows: 0, more: rolled < complete };
    }
    const ranges = machines.map((machine) => ({ machine, from, to }));
    const computed = await this.storage.transaction('rollup', (transaction) =>
      this.compute(transaction, tier, ranges),
    );
    if (computed === null) {
      return { rows: 0, more: false };
    }
    pass.machine = last;
    pass.rows += computed.rows;
    this.machinesAtOnce[tier] = nextCount(machines.length, computed.values);
    return { rows: computed.rows, more: true };
  }

  /** The pass under way, or the next one; `null` if everything that is complete is rolled up. */
  private passOf(tier: RollupTier, state: StoreState): Pass | null {
    if (this.passes[tier]?.from !== state[`${tier}.rolled`]) {
      const step = forwardStep(tier, state);
      this.passes[tier] = step && { ...step, machine: 0, rows: 0 };
    }
    return this.passes[tier];
  }

  /** Start of the first bucket with data in `[from, to)`, or `to`: empty time takes one pass. */
  private async nextData(
    session: HistorySession,
    tier: RollupTier,
    from: number,
    to: number,
  ): Promise<number> {
    const first = await session.firstHeadTime(tier === '1m' ? 'raw_head' : 'minute_head', from);
    return first === null || first >= to ? to : bucketStart(tier, first);
  }

  /** Computes marked buckets again; answers how many marks it took. */
  private async computeLate(
    storage: HistoryStorage,
    tier: RollupTier,
    machines: readonly number[] | null,
  ): Promise<number> {
    const taken = await storage.transaction('late_rollup', async (session) => {
      const state = await session.state();
      const from = await this.computableFrom(session, state);
      const buckets = await session.takeDirty(tier, from, DIRTY_PER_STEP, machines);
      await this.computeAgain(session, tier, buckets, state);
      return buckets.length;
    });
    return taken ?? 0;
  }

  /** What was stored before this layout cannot be computed again until all of it is taken over. */
  private async computableFrom(session: HistorySession, state: StoreState): Promise<number> {
    const isHeldBack = state['legacy.until'] > 0 && (await isConverting(session));
    return isHeldBack ? bucketStart('1h', state['legacy.until']) : 0;
  }

  private async computeAgain(
    session: HistorySession,
    tier: RollupTier,
    taken: readonly MachineBucket[],
    state: StoreState,
  ): Promise<void> {
    // Where the samples of a minute are gone, what was computed from all of them stays.
    const buckets =
      tier === '1m' ? taken.filter(({ start }) => start >= state['raw.horizon']) : taken;
    for (const group of togetherOf(buckets)) {
      const [first] = group;
      const last = group.at(-1);
      if (first === undefined || last === undefined) {
        continue;
      }
      const to = last.start + TIER_BUCKET_MS[tier];
      const range = { machine: first.machine, from: first.start, to };
      await this.compute(session, tier, [range], new Set(group.map(({ start }) => start)));
    }
    if (tier === '1m') {
      // Of the hour that is being rolled up, this machine may have had its turn.
      const hours = buckets
        .map(({ machine, start }) => ({ machine, start: bucketStart('1h', start) }))
        .filter(({ start }) => start < bucketStart('1h', state['1m.rolled']));
      await session.markDirty('1h', hours);
    }
  }

  /** Computes the buckets of a tier in the ranges, or of those only the ones with a start in `only`. */
  private async compute(
    session: HistorySession,
    tier: RollupTier,
    ranges: readonly { machine: number; from: number; to: number }[],
    only: ReadonlySet<number> | null = null,
  ): Promise<{ rows: number; values: number }> {
    const wanted: SegmentRange[] = ranges.map((range) => ({ ...range, columns: null }));
    const [{ from, to } = { from: 0, to: 0 }] = ranges;
    const width = TIER_BUCKET_MS[tier];
    const found: [machine: number, MachineBuckets][] = [];
    let values = 0;
    if (tier === '1m') {
      for (const [machine, segments] of await readSegments(session, RAW, wanted)) {
        values += valuesIn(segments);
        found.push([machine, bucketsOfSamples(segments, from, to, width)]);
      }
    } else {
      for (const [machine, segments] of await readSegments(session, MINUTES, wanted)) {
        values += valuesIn(segments);
        found.push([machine, bucketsOfBuckets(segments, from, to, width)]);
      }
    }
    const rows = found.flatMap(([machine, buckets]) => packedRows(machine, buckets, only));
    if (tier === '1m') {
      await session.putHeadRows('minute_head', rows);
    } else {
      await session.putHeadRows('hour_head', rows);
      await putHours(session, found, only);
    }
    return { rows: rows.length, values };
  }
}

function valuesIn(segments: readonly Segment<unknown>[]): number {
  return segments.reduce((sum, { times, columns }) => sum + times.length * columns.size, 0);
}

/** Machines of the next step, after `count` of them had so many values. */
function nextCount(count: number, values: number): number {
  const fitting = values === 0 ? MACHINES_PER_STEP : (count * VALUES_PER_STEP) / values;
  // The next ones may have more values than these.
  return Math.max(1, Math.min(MACHINES_PER_STEP, 2 * count, Math.round(fitting)));
}

function packedRows(
  machine: number,
  buckets: MachineBuckets,
  only: ReadonlySet<number> | null,
): HeadRow[] {
  const rows: HeadRow[] = [];
  for (const [time, columns] of buckets) {
    if (only === null || only.has(time)) {
      rows.push({ machine, time, data: packBucket(columns) });
    }
  }
  return rows;
}

/** Buckets of one machine that are near each other, as lists. */
function togetherOf(buckets: readonly MachineBucket[]): MachineBucket[][] {
  const sorted = [...buckets].sort(
    (one, other) => one.machine - other.machine || one.start - other.start,
  );
  const groups: MachineBucket[][] = [];
  for (const bucket of sorted) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const fits = first?.machine === bucket.machine && bucket.start - first.start < TOGETHER_MS;
    if (group && fits) {
      group.push(bucket);
    } else {
      groups.push([bucket]);
    }
  }
  return groups;
}
