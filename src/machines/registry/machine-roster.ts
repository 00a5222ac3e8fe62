/** A copy of every living machine, kept up to date by reading only what changed. */
import { SingleFlight } from '../../common/single-flight.js';
import type { MachineRow, MachinesStore } from './machines.store.js';

/** How long the copy may be stale on another replica. */
const FRESH_MS = 1_000;
/** How far back changes are read again: replicas' clocks differ, and transactions take time. */
const OVERLAP_MS = 60_000;
/** Everything is read again this often, in case a change was missed. */
const RELOAD_MS = 10 * 60_000;

/** Answers all machines; with ten thousand of them a look costs next to nothing. */
export class MachineRoster {
  private machines = new Map<number, MachineRow>();
  private rows: readonly MachineRow[] = [];
  private loadedAt = Number.NEGATIVE_INFINITY;
  private readAt = Number.NEGATIVE_INFINITY;
  private stale = true;
  private readonly reading = new SingleFlight(() => this.read());

  constructor(
    private readonly store: Pick<MachinesStore, 'living' | 'changedSince'>,
    private readonly now: () => number,
  ) {}

  /** Every living machine, at most a second late about what other replicas changed. */
  async all(): Promise<readonly MachineRow[]> {
    if (this.stale || this.now() - this.readAt > FRESH_MS) {
      await this.reading.run();
      // A change that came while the table was being read needs another look at it.
      if (this.stale) {
        await this.reading.run();
      }
    }
    return this.rows;
  }

  /** Says that a machine was registered, changed or deleted here. */
  changed(): void {
    this.stale = true;
  }

  private async read(): Promise<void> {
    const startedAt = this.now();
    this.stale = false;
    try {
      if (startedAt - this.loadedAt > RELOAD_MS) {
        const living = await this.store.living();
        this.machines = new Map(living.map((row) => [row.key, row]));
        this.rows = living;
        this.loadedAt = startedAt;
      } else {
        this.apply(await this.store.changedSince(this.readAt - OVERLAP_MS));
      }
      this.readAt = startedAt;
    } catch (error) {
      this.stale = true;
      throw error;
    }
  }

  private apply(changed: readonly MachineRow[]): void {
    for (const row of changed) {
      if (row.deleted_at === null) {
        this.machines.set(row.key, row);
      } else {
        this.machines.delete(row.key);
      }
    }
    if (changed.length > 0) {
      this.rows = [...this.machines.values()];
    }
  }
}
