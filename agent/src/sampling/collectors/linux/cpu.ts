/** CPU usage, I/O wait and steal, per core and in total, and the load averages. */
import type { DeviceSample } from '../../../../../src/contracts/index.js';
import { Unavailable } from '../../../shared/errors.js';
import type { Roots } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { FIRST_READING } from '../rates.js';
import { cpuShares, type ProcStat, parseLoadavg, parseProcStat } from './parse-stat.js';
import { ProcFile } from './proc-file.js';

/** The kernel counts a hundred ticks per second and core (USER_HZ). */
const TICK_MS = 10;
/** Tolerance: the kernel may count late, and two files are never read at the same instant. */
const LATE_MS = 2_000;
const BROKEN = 'the kernel counts more or less of this time than went by';

/** CPU time from /proc/stat: `cpu` is everything except idle and I/O wait. */
export class LinuxCpu implements Collector {
  readonly name = 'cpu';
  readonly provides = ['cpu', 'cpu_iowait', 'cpu_steal'] as const;
  private readonly file: ProcFile;
  private before: ProcStat | null = null;
  private beforeMs = 0;

  constructor(roots: Roots) {
    this.file = new ProcFile(`${roots.proc}/stat`);
  }

  collect(nowMs: number): Reading {
    const now = parseProcStat(this.file.read());
    if (!now.total) throw new Unavailable('failed', `${this.file.path} has no line for the CPU`);
    const before = this.before;
    const mostTicks = (2 * (nowMs - this.beforeMs) + LATE_MS) / TICK_MS;
    this.before = now;
    this.beforeMs = nowMs;
    if (!before?.total) return this.without(FIRST_READING);
    const devices = { cores: coreUsage(before, now, mostTicks) };
    const shares = cpuShares(before.total, now.total, mostTicks * Math.max(1, now.cores.size));
    if (!shares) return { ...this.without('the CPU time did not advance'), devices };
    return {
      metrics: { cpu: shares.usage, cpu_iowait: shares.iowait, cpu_steal: shares.steal },
      missing: {
        ...(shares.iowait === null && { cpu_iowait: BROKEN }),
        ...(shares.steal === null && { cpu_steal: BROKEN }),
      },
      devices,
    };
  }

  resume({ before, beforeMs }: LinuxCpu): void {
    this.before = before;
    this.beforeMs = beforeMs;
  }

  close(): void {
    this.file.close();
  }

  private without(reason: string): Reading {
    return {
      metrics: { cpu: null, cpu_iowait: null, cpu_steal: null },
      missing: { cpu: reason, cpu_iowait: reason, cpu_steal: reason },
    };
  }
}

function coreUsage(before: ProcStat, now: ProcStat, mostTicks: number): DeviceSample<'core'>[] {
  const cores: DeviceSample<'core'>[] = [];
  for (const [name, times] of now.cores) {
    const earlier = before.cores.get(name);
    const shares = earlier ? cpuShares(earlier, times, mostTicks) : null;
    cores.push({ name, usage: shares ? shares.usage : null });
  }
  return cores;
}

/** Load averages from /proc/loadavg. */
export class LinuxLoad implements Collector {
  readonly name = 'load';
  readonly provides = ['load1', 'load5', 'load15'] as const;
  private readonly file: ProcFile;

  constructor(roots: Roots) {
    this.file = new ProcFile(`${roots.proc}/loadavg`);
  }

  collect(): Reading {
    const loads = parseLoadavg(this.file.read());
    if (!loads) throw new Unavailable('failed', `${this.file.path} is not in the expected format`);
    return { metrics: { load1: loads[0], load5: loads[1], load15: loads[2] } };
  }

  close(): void {
    this.file.close();
  }
}
