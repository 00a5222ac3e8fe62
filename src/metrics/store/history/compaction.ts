/** The way from the head into blocks: hours of samples are closed and sealed, small blocks are merged. */
import { Pace } from '../../../common/pace.js';
import { TIER_BUCKET_MS, type Tier } from '../../../contracts/index.js';
import type { StepResult } from '../metrics-store.js';
import { bucketStart } from '../rollup-plan.js';
import type { StoreState } from '../state.js';
import { BLOCK_MS, blockStart } from './blocks.js';
import { type ColumnCodec, HOURS, MINUTES, RAW } from './column-codec.js';
import { Conversion } from './conversion.js';
import { type FoldResult, type FoldWindow, fold } from './folding.js';
import { type HeadTable, type HistoryStorage } from './history-storage.js';

const HOUR_MS = TIER_BUCKET_MS['1h'];
const DAY_MS = 24 * HOUR_MS;
/** An hour is closed this long after its end: what comes later is late. */
const CLOSE_DELAY_MS = 120_000;
/** What has not caught up for so long goes on without rests until it has. */
const BEHIND_MS = 30 * 60_000;
/** Folds of one step. */
const FOLDS_PER_STEP = 5;

/** How far a pass over all machines has come; it starts anew after a restart. */
interface Pass {
  mark: number;
  machine: number;
}

/** Where rows leave space behind. */
export interface Space {
  /** Removes a bounded part of what is in larger blocks by these marks; true if more may be left. */
  clear(state: StoreState): Promise<boolean>;
  /** Gives back the space of rows that were moved into blocks. */
  tidy(): Promise<void>;
}

/** Takes bounded steps; only the leader does. */
export class Compaction {
  private readonly passes: Record<'raw.sealed' | `${Tier}.merged`, Pass> = {
    'raw.sealed': { mark: -1, machine: 0 },
    'raw.merged': { mark: -1, machine: 0 },
    '1m.merged': { mark: -1, machine: 0 },
    '1h.merged': { mark: -1, machine: 0 },
  };

  private readonly conversion: Conversion;
  private pace = new Pace();
  /** When nothing was left to do, epoch milliseconds. */
  private caughtUpAt: number | null = null;
  /** True if rows were moved since the space was given back. */
  private moved = false;

  constructor(
    private readonly storage: HistoryStorage,
    private readonly space: Space,
  ) {
    this.conversion = new Conversion(storage);
  }

  /** One bounded step. */
  async step(now: number): Promise<StepResult> {
    await this.closeHours(now);
    const state = await this.storage.session.state();
    const hour = bucketStart('1h', state['1h.rolled']);
    const day = Math.floor(hour / DAY_MS) * DAY_MS;
    this.caughtUpAt ??= now;
    this.pace = new Pace(now - this.caughtUpAt > BEHIND_MS);
    const steps = [
      () => this.seal(state),
      () => this.foldRows(RAW, 'raw_late', state['raw.closed'], state),
      () => this.foldRows(MINUTES, 'minute_head', hour, state),
      () => this.foldRows(HOURS, 'hour_head', day, state),
      () => this.merge(RAW, state['raw.sealed'], state),
      () => this.merge(MINUTES, hour, state),
      () => this.merge(HOURS, day, state),
      () => this.conversion.step(),
    ];
    for (const step of steps) {
      const result = await step();
      if (result.more) {
        return result;
      }
    }
    this.caughtUpAt = now;
    if (this.moved) {
      this.moved = false;
      await this.space.tidy();
    }
    return { rows: 0, more: await this.space.clear(await this.storage.session.state()) };
  }

  /** After this, every writer puts samples for those hours beside the head, which then stands still. */
  private async closeHours(now: number): Promise<void> {
    const state = await this.storage.session.state();
    const closed = bucketStart('1h', Math.min(state['1m.rolled'], now - CLOSE_DELAY_MS));
    if (closed > state['raw.closed']) {
      await this.storage.transaction('writers', (session) => session.advance('raw.closed', closed));
    }
  }

  /** Puts the oldest closed hour of some machines into blocks. */
  private async seal(state: StoreState): Promise<StepResult> {
    const hour = state['raw.sealed'];
    if (hour >= state['raw.closed']) {
      return { rows: 0, more: false };
    }
    const range = { from: hour, to: hour + HOUR_MS };
    const source = { table: 'raw_head', ...range, remove: false } as const;
    const window = { size: 'small', start: blockStart('raw', 'small', hour) } as const;
    const pass = await this.goOn(
      'raw.sealed',
      hour,
      (span) => this.storage.session.machinesInHead('raw_head', { ...range, ...span }),
      (machine) => fold(this.storage, RAW, { machine, ...window }, source, this.pace),
    );
    if (pass.done) {
      const next = await this.storage.session.firstHeadTime('raw_head', hour + HOUR_MS);
      const end = next === null ? Number.POSITIVE_INFINITY : bucketStart('1h', next);
      await this.storage.session.advance('raw.sealed', Math.min(state['raw.closed'], end));
    }
    return { rows: pass.rows, more: true };
  }

  /** Puts rows before a time into blocks of their own time, wherever that is. */
  private async foldRows<column, value>(
    codec: ColumnCodec<column, value>,
    table: HeadTable,
    before: number,
    state: StoreState,
  ): Promise<StepResult> {
    const hours = await this.storage.session.headHours(table, before, FOLDS_PER_STEP);
    const windows = new Map(
      hours.map(({ machine, start }) => {
        const window = windowOf(codec.tier, start, state);
        return [`${machine}/${window.start}`, { machine, ...window }];
      }),
    );
    let rows = 0;
    for (const window of windows.values()) {
      const from = window.start;
      const to = Math.min(from + BLOCK_MS[codec.tier][window.size], before);
      const source = { table, from, to, remove: true };
      if ((await fold(this.storage, codec, window, source, this.pace)) === 'conflict') {
        break;
      }
      rows++;
    }
    this.moved ||= rows > 0;
    return { rows, more: rows > 0 };
  }

  /** Makes one large block of what is before `complete`, of some machines. */
  private async merge<column, value>(
    codec: ColumnCodec<column, value>,
    complete: number,
    state: StoreState,
  ): Promise<StepResult> {
    const mark = `${codec.tier}.merged` as const;
    const start = state[mark];
    const end = start + BLOCK_MS[codec.tier].large;
    if (end > complete) {
      return { rows: 0, more: false };
    }
    const range = { from: start, to: end };
    const pass = await this.goOn(
      mark,
      start,
      (span) => this.storage.session.machinesInBlocks(codec.tier, { ...range, ...span }),
      (machine) => fold(this.storage, codec, { machine, size: 'large', start }, null, this.pace),
    );
    if (pass.done) {
      // Time without blocks takes one step.
      const next = await this.storage.session.firstBlock(codec.tier, end);
      const last = blockStart(codec.tier, 'large', Math.min(complete, next ?? complete));
      await this.storage.session.advance(mark, last);
    }
    return { rows: pass.rows, more: true };
  }

  /** Folds the next machines of a pass; `done` once all had their turn. */
  private async goOn(
    name: keyof Compaction['passes'],
    mark: number,
    machinesOf: (span: { after: number; limit: number }) => Promise<number[]>,
    work: (machine: number) => Promise<FoldResult>,
  ): Promise<{ rows: number; done: boolean }> {
    if (this.passes[name].mark !== mark) {
      this.passes[name] = { mark, machine: 0 };
    }
    const pass = this.passes[name];
    const machines = await machinesOf({ after: pass.machine, limit: FOLDS_PER_STEP });
    let rows = 0;
    for (const machine of machines) {
      const result = await work(machine);
      if (result === 'conflict') {
        return { rows, done: false };
      }
      rows += Number(result === 'written');
      pass.machine = machine;
    }
    return { rows, done: machines.length < FOLDS_PER_STEP };
  }
}

/** The block that takes a row of `time`: a large one where they are merged. */
function windowOf(tier: Tier, time: number, state: StoreState): Omit<FoldWindow, 'machine'> {
  const size = time < state[`${tier}.merged`] ? 'large' : 'small';
  return { size, start: blockStart(tier, size, time) };
}
