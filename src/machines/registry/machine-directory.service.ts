/** Which machines exist: cached look-ups for every request. */
import { Injectable } from '@nestjs/common';
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../../common/bounded-cache.js';
import { Clock } from '../../common/clock.js';
import { MachineRoster } from './machine-roster.js';
import { type MachineRow, MachinesStore } from './machines.store.js';

/** How long a look-up may be stale: another replica's deletion is felt after it. */
const LOOKUP_TTL_MS = 5_000;
/** Look-ups that are kept, found or not. */
const LOOKUP_ENTRIES = 50_000;
/** Ids of one statement. */
const CHUNK_IDS = 500;

/** A living machine by both of its names. */
export interface MachineRef {
  /** Internal key. */
  machineKey: number;
  machine_id: string;
  /** How often its agent means to push. */
  interval_seconds: number;
}

/** Answers who a machine is; deleted machines are unknown. */
@Injectable()
export class MachineDirectoryService {
  private readonly lookups: LRUCache<string, MachineRef | 'unknown'>;
  private readonly roster: MachineRoster;
  /** Counts local changes, so that a look-up that was under way meanwhile is not kept. */
  private changes = 0;

  constructor(
    private readonly store: MachinesStore,
    clock: Clock,
  ) {
    this.lookups = boundedCache(LOOKUP_ENTRIES, {
      ttl: LOOKUP_TTL_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
    this.roster = new MachineRoster(store, () => clock.now());
  }

  /** The machine with that public id, `null` if there is none. */
  async resolve(machine_id: string): Promise<MachineRef | null> {
    const cached = this.lookups.get(machine_id);
    if (cached) {
      return cached === 'unknown' ? null : cached;
    }
    return (await this.resolveMany([machine_id])).get(machine_id) ?? null;
  }

  /** The machines that exist among `machine_ids`. */
  async resolveMany(machine_ids: readonly string[]): Promise<Map<string, MachineRef>> {
    const found = new Map<string, MachineRef>();
    const ask: string[] = [];
    for (const machine_id of new Set(machine_ids)) {
      const cached = this.lookups.get(machine_id);
      if (cached === undefined) {
        ask.push(machine_id);
      } else if (cached !== 'unknown') {
        found.set(machine_id, cached);
      }
    }
    for (let start = 0; start < ask.length; start += CHUNK_IDS) {
      await this.lookUp(ask.slice(start, start + CHUNK_IDS), found);
    }
    return found;
  }

  private async lookUp(ids: readonly string[], found: Map<string, MachineRef>): Promise<void> {
    const changes = this.changes;
    const rows = new Map((await this.store.refsOf(ids)).map((row) => [row.machine_id, row]));
    for (const machine_id of ids) {
      const row = rows.get(machine_id);
      const ref = row
        ? { machineKey: row.key, machine_id, interval_seconds: row.interval_seconds }
        : null;
      if (ref) {
        found.set(machine_id, ref);
      }
      if (changes === this.changes) {
        this.lookups.set(machine_id, ref ?? 'unknown');
      }
    }
  }

  /** Every living machine, without host facts. */
  all(): Promise<readonly MachineRow[]> {
    return this.roster.all();
  }

  /** Forgets what is cached of a machine that was registered, changed or deleted here. */
  changed(machine_id: string): void {
    this.changes++;
    this.lookups.delete(machine_id);
    this.roster.changed();
  }
}
