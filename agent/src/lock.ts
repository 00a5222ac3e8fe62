/** One agent to a state folder: two would send everything twice and mix up their files. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { errorCode, UsageError } from './errors.js';
import { makePrivateFolder, readJsonFile, removeFile } from './files.js';

interface Holder {
  pid: number;
  /** Distinguishes a process from a later one with the same number; `null` where it is not known. */
  started: string | null;
  /** When the machine was started, in epoch milliseconds: no process outlives that. */
  bootMs: number;
}

/** Boot times are computed from two clocks, one of which may be set. */
const BOOT_TOLERANCE_MS = 10 * 60_000;

function bootTime(): number {
  return Math.round(Date.now() - uptime() * 1000);
}

/** When a process started, in the kernel's own count; `null` where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (errorCode(error) !== '') return null;
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  // Where a process's start is not known, a lock from before the last start of the machine is void.
  const known = holder.started !== null;
  if (!known && Math.abs(holder.bootMs - bootTime()) > BOOT_TOLERANCE_MS) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (errorCode(error) === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

/** The lock file of a state folder. */
export class StateLock {
  private readonly path: string;
  private held = false;

  constructor(private readonly stateDir: string) {
    this.path = join(stateDir, 'agent.lock');
  }

  /** The process that holds the lock and is alive; `null` if none. */
  holder(): number | null {
    const stored = readJsonFile(this.path) as Partial<Holder> | undefined;
    if (typeof stored?.pid !== 'number') return null;
    const holder = {
      pid: stored.pid,
      started: stored.started ?? null,
      bootMs: stored.bootMs ?? 0,
    };
    return isAlive(holder) ? holder.pid : null;
  }

  /**
   * Takes the lock. Throws `UsageError` if another agent holds it. A folder that cannot be written
   * has no lock, and nothing in it to mix up.
   */
  take(): void {
    const other = this.holder();
    if (other !== null && other !== process.pid) {
      throw new UsageError(
        `another agent (process ${other}) uses ${this.stateDir}: stop it, or name another --state-dir`,
      );
    }
    try {
      makePrivateFolder(this.stateDir);
      removeFile(this.path);
      const descriptor = openSync(this.path, 'wx', 0o600);
      const holder: Holder = {
        pid: process.pid,
        started: startOf(process.pid),
        bootMs: bootTime(),
      };
      writeSync(descriptor, JSON.stringify(holder));
      closeSync(descriptor);
      this.held = true;
    } catch (error) {
      if (errorCode(error) === '') throw error;
    }
  }

  release(): void {
    if (this.held) removeFile(this.path);
    this.held = false;
  }
}
