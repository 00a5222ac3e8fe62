/** Allows one agent for each state folder: two would send everything twice and corrupt their files. */
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { errorCode, UsageError } from '../shared/errors.js';
import { makePrivateFolder, readJsonFile, removeFile } from '../shared/files.js';

interface Holder {
  pid: number;
  /** Distinguishes a process from a later one with the same id; `null` if it is not known. */
  started: string | null;
  /** When the machine was booted, in epoch milliseconds: no process survives a boot. */
  bootMs: number;
}

/** Boot times are computed from two clocks, one of which may have been set. */
const BOOT_TOLERANCE_MS = 10 * 60_000;
/** Guards are held for milliseconds: one of this age was left by an agent that was killed. */
const GUARD_MS = 10_000;

function bootTime(): number {
  return Math.round(Date.now() - uptime() * 1000);
}

/** When a process started, in the kernel's clock ticks; `null` without /proc. */
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
  // If a process's start is not known, a lock from before the last boot is void.
  const known = holder.started !== null;
  if (!known && Math.abs(holder.bootMs - bootTime()) > BOOT_TOLERANCE_MS) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is alive and belongs to another user.
    if (errorCode(error) === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

function holderIn(path: string): number | null {
  const stored = readJsonFile(path) as Partial<Holder> | undefined;
  if (typeof stored?.pid !== 'number') return null;
  const holder = { pid: stored.pid, started: stored.started ?? null, bootMs: stored.bootMs ?? 0 };
  return isAlive(holder) ? holder.pid : null;
}

/** Creates `path` in one step, and only if it does not exist: of two agents, one gets the lock. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    // FAT and some network filesystems do not support links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error))) throw error;
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
  }
}

/** Milliseconds since the file was written; negative if it does not exist. */
function ageOf(path: string): number {
  return (
    Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY)
  );
}

function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch (error) {
    // The folder is not writable, which the spool reports.
    if (errorCode(error) === '') throw error;
  }
}

/** The lock file of a state folder. */
export class StateLock {
  private readonly path: string;
  private held = false;

  constructor(private readonly stateDir: string) {
    this.path = join(stateDir, 'agent.lock');
  }

  /** The running process that holds the lock; `null` if there is none. */
  holder(): number | null {
    return holderIn(this.path);
  }

  /**
   * Takes the lock. Throws `UsageError` if another agent holds it, even one that was started at the
   * same moment. A folder that is not writable gets no lock: nothing in it could be corrupted.
   */
  take(): void {
    const own: Holder = { pid: process.pid, started: startOf(process.pid), bootMs: bootTime() };
    const draft = `${this.path}.${process.pid}`;
    try {
      makePrivateFolder(this.stateDir);
      this.refuseIfHeld();
      writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
      this.clear(draft);
      publish(draft, this.path);
      this.held = true;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (errorCode(error) === 'EEXIST') this.refuse(this.holder());
      if (errorCode(error) === '') throw error;
    } finally {
      removeQuietly(draft);
    }
  }

  /**
   * Removes the lock of a dead agent. A guard, which only one agent can hold, keeps it from removing the new
   * lock of another one. An agent that finds the guard has lost the race.
   */
  private clear(draft: string): void {
    if (!existsSync(this.path)) return;
    const guard = `${this.path}.guard`;
    if (ageOf(guard) > GUARD_MS) removeFile(guard);
    publish(draft, guard);
    try {
      // Already gone: whatever appears now belongs to another agent.
      if (!existsSync(this.path)) return;
      this.refuseIfHeld();
      removeFile(this.path);
    } finally {
      removeFile(guard);
    }
  }

  private refuseIfHeld(): void {
    const other = this.holder();
    if (other !== null && other !== process.pid) this.refuse(other);
  }

  private refuse(other: number | null): never {
    const who = other === null ? 'another agent' : `another agent (process ${other})`;
    throw new UsageError(`${who} uses ${this.stateDir}: stop it, or use another --state-dir`);
  }

  release(): void {
    if (this.held) removeFile(this.path);
    this.held = false;
  }
}
