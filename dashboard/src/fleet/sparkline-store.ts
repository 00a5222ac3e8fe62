/**
 * The last hour of the machines in sight, kept outside React: cells render again when their own line
 * changes, once a minute, and not with each sample.
 */
import type { FleetHistory } from '../../../src/contracts/index.js';
import { ApiError } from '../shared/api/errors.js';
import { type SparklinePaths, sparklinePaths, sparklineText } from './sparkline-path.js';

/** The metrics that have a line. */
export const SPARKLINE_METRICS = ['cpu', 'ram'] as const;

/** A metric that has a line. */
export type SparklineMetric = (typeof SPARKLINE_METRICS)[number];

const LABELS: Record<SparklineMetric, string> = { cpu: 'CPU', ram: 'Memory' };

/** A line, ready to draw, and what it shows in words. */
export interface Sparkline extends SparklinePaths {
  text: string;
}

/** The lines of one machine. */
export type MachineSparklines = Record<SparklineMetric, Sparkline>;

/**
 * Fleets of up to so many machines are asked for as a whole, so that scrolling waits for nothing: at
 * half a kilobyte a machine, compressed, that is 100 kB a minute. Of larger ones only those in sight
 * are, about fifty.
 */
export const ASK_FOR_ALL_UP_TO = 200;

/** How old lines become before they are fetched again, in milliseconds. */
const STALE_MS = 60_000;

/** Asks for the last hour of some machines, or of all. */
export type FetchSparklines = (ids: readonly string[] | 'all') => Promise<FleetHistory>;

/** Fetches lines in one call for all machines in sight, and keeps them. */
export class SparklineStore {
  private readonly lines = new Map<string, MachineSparklines>();
  /** When each machine was last asked for, epoch milliseconds. */
  private readonly askedAt = new Map<string, number>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private wanted: readonly string[] = [];
  private asking = false;

  constructor(
    private readonly fetchLines: FetchSparklines,
    private readonly now: () => number,
  ) {}

  /** The lines of a machine; `undefined` until they are known. */
  get(id: string): MachineSparklines | undefined {
    return this.lines.get(id);
  }

  /** Calls `listener` when the lines of the machine change. */
  subscribe(id: string, listener: () => void): () => void {
    const listeners = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(id);
    };
  }

  /** Says which machines are in sight. */
  want(ids: readonly string[]): void {
    this.wanted = ids;
  }

  /**
   * Fetches the lines of the machines in sight that are unknown or a minute old; `total` is the
   * size of the fleet. Lines stay as they are while the server cannot be reached.
   */
  async refresh(total: number): Promise<void> {
    const now = this.now();
    if (this.asking || this.olderThan(STALE_MS, now).length === 0) return;
    // Those that are soon stale come along: one call a minute, not one a row.
    const due = this.olderThan(STALE_MS / 2, now);
    for (const id of due) this.askedAt.set(id, now);
    this.asking = true;
    try {
      const history = await this.fetchLines(total <= ASK_FOR_ALL_UP_TO ? 'all' : due);
      for (const { machine_id } of history.machines) this.askedAt.set(machine_id, now);
      this.take(history);
    } catch (error) {
      // The lines stay as they are; in a minute they are asked for again.
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.asking = false;
    }
  }

  private olderThan(ageMs: number, now: number): string[] {
    return this.wanted.filter((id) => now - (this.askedAt.get(id) ?? 0) >= ageMs);
  }

  private take({ machines }: FleetHistory): void {
    for (const { machine_id, columns } of machines) {
      const lines = Object.fromEntries(
        SPARKLINE_METRICS.map((metric) => {
          const values = columns[metric] ?? [];
          const text = sparklineText(LABELS[metric], values);
          return [metric, { ...sparklinePaths(values), text }];
        }),
      ) as MachineSparklines;
      this.lines.set(machine_id, lines);
      for (const listener of this.listeners.get(machine_id) ?? []) listener();
    }
  }
}
