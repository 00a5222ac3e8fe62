/**
 * The machines that the page knows, kept outside React. A change renders only the rows of that
 * machine, at most once per animation frame.
 */
import type {
  MachineEvent,
  MachineSample,
  MachineSummary,
  StoredSample,
} from '../../../../src/contracts/index.js';

/** Schedules `flush` to run soon, once; the page passes `requestAnimationFrame`. */
export type Scheduler = (flush: () => void) => void;

/** Compares the times of two samples; `null` is older than any time. */
function isNewer(time: string, than: string | null): boolean {
  return than === null || Date.parse(time) > Date.parse(than);
}

/** A list of machines that is updated live. */
export class MachineStore {
  private machines = new Map<string, MachineSummary>();
  private readonly rowListeners = new Map<string, Set<() => void>>();
  private readonly listListeners = new Set<() => void>();
  private readonly changed = new Set<string>();
  private listChanged = false;
  private scheduled = false;
  private list: readonly MachineSummary[] = [];
  /** Counts the events; `touched` holds the number of each machine's newest one. */
  private events = 0;
  private readonly touched = new Map<string, number>();

  constructor(private readonly schedule: Scheduler) {}

  /** The machine in its last known state. */
  get(id: string): MachineSummary | undefined {
    return this.machines.get(id);
  }

  /** The list as of its last change of members, statuses, names or tags. */
  readonly getList = (): readonly MachineSummary[] => this.list;

  /** Every machine with its newest values. */
  current(): MachineSummary[] {
    return [...this.machines.values()];
  }

  /** Calls `listener` when machines are added or removed, or change their status, name or tags. */
  readonly subscribeList = (listener: () => void): (() => void) => {
    this.listListeners.add(listener);
    return () => this.listListeners.delete(listener);
  };

  /** Calls `listener` when anything about one machine changes. */
  subscribeRow(id: string, listener: () => void): () => void {
    const listeners = this.rowListeners.get(id) ?? new Set();
    this.rowListeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.rowListeners.delete(id);
    };
  }

  /** The number of the newest event, to be noted when a list is asked for. */
  newestEvent(): number {
    return this.events;
  }

  /**
   * Takes over a complete list from the server. `asOf` is the newest event when the list was asked
   * for: what later events reported is kept, whether or not the list has it, as are newer samples.
   */
  replaceAll(machines: readonly MachineSummary[], asOf = this.events): void {
    const before = this.machines;
    const isTouched = (id: string) => (this.touched.get(id) ?? 0) > asOf;
    this.machines = new Map();
    for (const machine of machines) {
      const id = machine.machine_id;
      if (!isTouched(id)) this.machines.set(id, keepNewest(machine, before.get(id)));
      this.changed.add(id);
    }
    for (const [id, machine] of before) {
      if (isTouched(id)) this.machines.set(id, machine);
      this.changed.add(id);
    }
    for (const [id, event] of this.touched) if (event <= asOf) this.touched.delete(id);
    this.listChanged = true;
    this.wake();
  }

  /**
   * Takes over the newest samples known to the server; older ones than those already known are
   * ignored.
   */
  applySnapshot(samples: readonly MachineSample[]): void {
    this.apply(samples, false);
  }

  /**
   * Adds samples as they arrive. A machine that sends is online: the server reports that too, but
   * only at its next check.
   */
  applySamples(samples: readonly MachineSample[]): void {
    this.apply(samples, true);
  }

  private apply(samples: readonly MachineSample[], arriving: boolean): void {
    for (const { machine_id, sample } of samples) {
      const machine = this.machines.get(machine_id);
      if (machine === undefined) continue;
      if (!isNewer(sample.timestamp, machine.latest?.timestamp ?? null)) continue;
      const latest = withDevicesOf(sample, machine.latest);
      const last_seen_at = isNewer(sample.timestamp, machine.last_seen_at)
        ? sample.timestamp
        : machine.last_seen_at;
      const status = arriving ? 'online' : machine.status;
      if (status !== machine.status) this.listChanged = true;
      this.machines.set(machine_id, { ...machine, status, latest, last_seen_at });
      this.changed.add(machine_id);
    }
    if (this.changed.size > 0) this.wake();
  }

  /** Applies a streamed change of the list. */
  applyEvent(event: MachineEvent): void {
    this.events += 1;
    this.touched.set(
      event.type === 'deleted' ? event.machine_id : event.machine.machine_id,
      this.events,
    );
    if (event.type === 'deleted') {
      this.machines.delete(event.machine_id);
      this.changed.add(event.machine_id);
    } else {
      const { machine } = event;
      const known = this.machines.get(machine.machine_id);
      this.machines.set(machine.machine_id, keepNewest(machine, known));
      this.changed.add(machine.machine_id);
    }
    this.listChanged = true;
    this.wake();
  }

  private wake(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const changed = [...this.changed];
    this.changed.clear();
    if (this.listChanged) {
      this.listChanged = false;
      this.list = this.current();
      for (const listener of this.listListeners) listener();
    }
    for (const id of changed) {
      for (const listener of this.rowListeners.get(id) ?? []) listener();
    }
  }
}

function keepNewest(machine: MachineSummary, known: MachineSummary | undefined): MachineSummary {
  if (known?.latest == null) return machine;
  if (machine.latest === null || isNewer(known.latest.timestamp, machine.latest.timestamp)) {
    return { ...machine, latest: known.latest };
  }
  return { ...machine, latest: withDevicesOf(machine.latest, known.latest) };
}

/** The list and the stream of all machines contain no devices: the last known ones are kept. */
function withDevicesOf(sample: StoredSample, known: StoredSample | null): StoredSample {
  if (sample.devices !== undefined || known?.devices === undefined) return sample;
  return { ...sample, devices: known.devices };
}
