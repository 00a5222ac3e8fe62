/** What this process knows of the machines' presence. On the path of every sample: keep it plain. */
import type {
  GoodbyeReason,
  MachineStatus,
  MetricName,
  StoredSample,
} from '../../contracts/index.js';
import type { Sample } from '../../domain-events/event-map.js';
import type { MachineStateEntity } from './machine-state.entity.js';
import type { MachineStateWrite } from './machine-states.store.js';
import { toStoredSample, withoutDevices } from './stored-sample.js';

/** Presence of one machine. Times in epoch milliseconds. */
export interface MachinePresence {
  lastSeenAt: number;
  /** Set if the last sign of life was a goodbye. */
  goodbye: GoodbyeReason | null;
  latestAt: number | null;
  /** The newest sample: as received here, or as read from the table, or neither. */
  sample: Sample | null;
  stored: StoredSample | null;
  text: string | null;
  /** Written by another replica after this one last heard of the machine. */
  remote: boolean;
  /** Changed since the last flush. */
  dirty: boolean;
  knownStatus: MachineStatus | null;
  /** How far ahead of the server's clock its last push was refused; `null` if it was taken. */
  refusedAheadMs: number | null;
  lateness: Lateness;
}

/** How late the newest samples of a machine came, alike from `since` to `until`. In milliseconds. */
interface Lateness {
  ms: number;
  since: number;
  until: number;
}

/** Latenesses that differ by no more are alike: the way of a sample takes its time. */
const ALIKE_MS = 5_000;
/** What is alike for so long is no delay on the way but the machine's clock. */
const STEADY_MS = 10_000;

/** Presence of every machine by internal key. */
export class PresenceMemory {
  private readonly states = new Map<number, MachinePresence>();
  private dirty: number[] = [];

  /** Takes in samples that were received at `now`, in any order. */
  note(samples: readonly Sample[], now: number): void {
    for (const sample of samples) {
      const state = this.seen(sample.machineKey, now, null);
      if (state.latestAt === null || sample.timestamp > state.latestAt) {
        state.latestAt = sample.timestamp;
        state.sample = sample;
        state.stored = null;
        state.text = null;
        noteLateness(state.lateness, now - sample.timestamp, now);
      }
    }
  }

  /** A push that came at `now` was refused because it is stamped so many milliseconds ahead. */
  noteAhead(machineKey: number, aheadMs: number, now: number): void {
    this.seen(machineKey, now, null).refusedAheadMs = aheadMs;
  }

  /** Takes in an agent's goodbye that was received at `now`. */
  noteGoodbye(machineKey: number, reason: GoodbyeReason, now: number): void {
    this.seen(machineKey, now, reason);
  }

  private seen(machineKey: number, now: number, goodbye: GoodbyeReason | null): MachinePresence {
    let state = this.states.get(machineKey);
    if (!state) {
      state = emptyPresence();
      this.states.set(machineKey, state);
    }
    // A goodbye and what comes after it are told apart by their times, also by other replicas.
    state.lastSeenAt = state.goodbye === goodbye ? now : Math.max(now, state.lastSeenAt + 1);
    state.goodbye = goodbye;
    state.remote = false;
    state.refusedAheadMs = null;
    if (!state.dirty) {
      state.dirty = true;
      this.dirty.push(machineKey);
    }
    return state;
  }

  /** Milliseconds by which a machine's clock is slow, as its samples show; 0 if that is not known. */
  slowByMs(machineKey: number): number {
    const lateness = this.states.get(machineKey)?.lateness;
    return lateness && lateness.ms > ALIKE_MS && lateness.until - lateness.since >= STEADY_MS
      ? lateness.ms
      : 0;
  }

  /** Takes in rows of the table; what is newer here stays. */
  merge(rows: readonly MachineStateEntity[], remote: boolean): void {
    for (const row of rows) {
      const state = this.states.get(row.machine) ?? emptyPresence();
      this.states.set(row.machine, state);
      if (row.last_seen_at > state.lastSeenAt) {
        state.lastSeenAt = row.last_seen_at;
        state.goodbye = row.goodbye as GoodbyeReason | null;
        state.remote = remote;
        state.refusedAheadMs = null;
      }
      if (row.latest_at !== null && row.latest_at > (state.latestAt ?? Number.NEGATIVE_INFINITY)) {
        state.latestAt = row.latest_at;
        state.sample = null;
        state.stored = null;
        state.text = row.latest;
        noteLateness(state.lateness, row.last_seen_at - row.latest_at, row.last_seen_at);
      }
      state.knownStatus ??= row.known_status as MachineStatus | null;
    }
  }

  /** Takes over what another replica has published meanwhile. */
  setKnown(statuses: ReadonlyMap<number, MachineStatus>): void {
    for (const [machine, status] of statuses) {
      const state = this.states.get(machine);
      if (state) {
        state.knownStatus = status;
      }
    }
  }

  get(machineKey: number): MachinePresence | undefined {
    return this.states.get(machineKey);
  }

  /** The newest sample of a machine. */
  latest(machineKey: number, devices: boolean): StoredSample | null {
    const state = this.states.get(machineKey);
    if (!state) {
      return null;
    }
    if (state.sample) {
      return devices ? toStoredSample(state.sample) : withoutDevices(state.sample);
    }
    const stored = readStored(state);
    if (!stored || devices) {
      return stored;
    }
    const { devices: _, ...bare } = stored;
    return bare as StoredSample;
  }

  /** One metric of the newest sample, `null` if it is unknown. */
  metric(machineKey: number, name: MetricName): number | null {
    const state = this.states.get(machineKey);
    if (!state) {
      return null;
    }
    return (state.sample ? state.sample.values[name] : readStored(state)?.[name]) ?? null;
  }

  /** Takes the changes since the last call, as rows to write. */
  takeDirty(): MachineStateWrite[] {
    const keys = this.dirty;
    this.dirty = [];
    const rows: MachineStateWrite[] = [];
    for (const machine of keys) {
      const state = this.states.get(machine);
      if (state?.dirty) {
        state.dirty = false;
        rows.push({
          machine,
          last_seen_at: state.lastSeenAt,
          goodbye: state.goodbye,
          latest_at: state.latestAt,
          latest:
            state.latestAt === null
              ? null
              : (state.text ?? JSON.stringify(this.latest(machine, true))),
        });
      }
    }
    return rows;
  }

  /** Puts machines back whose rows could not be written. */
  putBack(machines: readonly number[]): void {
    for (const machine of machines) {
      const state = this.states.get(machine);
      if (state && !state.dirty) {
        state.dirty = true;
        this.dirty.push(machine);
      }
    }
  }

  /** Forgets a machine that was deleted. */
  forget(machineKey: number): void {
    this.states.delete(machineKey);
  }
}

/** Rows of the table are parsed when they are first asked for. */
function readStored(state: MachinePresence): StoredSample | null {
  if (!state.stored && state.text !== null) {
    state.stored = JSON.parse(state.text) as StoredSample;
    state.text = null;
  }
  return state.stored;
}

function emptyPresence(): MachinePresence {
  return {
    lastSeenAt: 0,
    goodbye: null,
    latestAt: null,
    sample: null,
    stored: null,
    text: null,
    remote: false,
    dirty: false,
    knownStatus: null,
    refusedAheadMs: null,
    lateness: { ms: Number.NEGATIVE_INFINITY, since: 0, until: 0 },
  };
}

function noteLateness(lateness: Lateness, ms: number, at: number): void {
  if (Math.abs(ms - lateness.ms) > ALIKE_MS) {
    lateness.ms = ms;
    lateness.since = at;
  }
  lateness.until = at;
}
