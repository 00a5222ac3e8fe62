/** Reads from the table of presence what other replicas wrote, each row once. */
import type { MachineStateEntity } from './machine-state.entity.js';
import type { MachineStatesStore } from './machine-states.store.js';

/** A writer that has been silent for so long is not asked about any more. */
const FORGET_MS = 3_600_000;
/** After so long without a look everything is read anew. */
const RELOAD_MS = 1_800_000;

/**
 * Remembers how far it has read of each writer. A writer's stamps only go up, and it writes one
 * statement after the other, so nothing is skipped, whatever the clocks of replicas say.
 */
export class ReplicaStates {
  private readonly readUpTo = new Map<string, number>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: MachineStatesStore,
    /** This replica's own name as a writer. */
    private readonly me: string,
  ) {}

  /** Rows that others wrote since the last call; the first time every row. */
  async read(now: number): Promise<MachineStateEntity[]> {
    const rows =
      now - this.lookedAt > RELOAD_MS
        ? await this.store.all()
        : await this.store.fromOthers(this.me, this.readUpTo, now - FORGET_MS);
    this.lookedAt = now;
    for (const { writer, flushed_at } of rows) {
      if (flushed_at > (this.readUpTo.get(writer) ?? 0)) {
        this.readUpTo.set(writer, flushed_at);
      }
    }
    for (const [writer, flushed_at] of this.readUpTo) {
      if (now - flushed_at > FORGET_MS) {
        this.readUpTo.delete(writer);
      }
    }
    return rows;
  }
}
