/** Notices two live agents that push under one identity. Pure: the clock comes in as a number. */

/** Two agents that alternate within this time are at odds; a restarted agent never comes back. */
const ALTERNATION_MS = 60_000;

interface Seen {
  current: string;
  previous: string | null;
  switchedAt: number;
}

/** Remembers the agent process that pushed last for each machine. */
export class InstanceConflicts {
  private readonly seen = new Map<number, Seen>();

  /** Returns true if `instance` came back within a minute after another had taken its place. */
  note(machineKey: number, instance: string, now: number): boolean {
    const seen = this.seen.get(machineKey);
    if (!seen) {
      this.seen.set(machineKey, { current: instance, previous: null, switchedAt: now });
      return false;
    }
    if (seen.current === instance) {
      return false;
    }
    const conflict = seen.previous === instance && now - seen.switchedAt <= ALTERNATION_MS;
    seen.previous = seen.current;
    seen.current = instance;
    seen.switchedAt = now;
    return conflict;
  }

  /** Forgets a machine that was deleted. */
  forget(machineKey: number): void {
    this.seen.delete(machineKey);
  }
}
