/** Memory and swap in use, from /proc/meminfo (proc_meminfo(5)). */
import { Unavailable } from '../../../shared/errors.js';
import { type Roots, readText } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { OptionalFile } from './optional-file.js';
import { ProcFile } from './proc-file.js';

/** Memory in KiB, with the kernel's names. */
export interface Meminfo {
  total: number;
  /** `null` if the values in the file are impossible. */
  available: number | null;
  swapTotal: number | null;
  swapFree: number | null;
}

/** Parses the lines in use; `null` if the total is absent. */
export function parseMeminfo(text: string): Meminfo | null {
  const value = (key: string): number | null => {
    const start = text.startsWith(`${key}:`) ? 0 : text.indexOf(`\n${key}:`);
    if (start < 0) return null;
    const match = /:\s+(\d+)/.exec(text.slice(start, start + 64));
    return match ? Number(match[1]) : null;
  };
  const total = value('MemTotal');
  if (!total) return null;
  // Kernels before 3.14 have no MemAvailable; this was the usual estimate. In a container, lxcfs
  // may include what belongs to the host, more than the container's total.
  const available = [
    value('MemAvailable'),
    sum(value('MemFree'), value('Buffers'), value('Cached')),
  ].find((kibibytes) => kibibytes !== null && kibibytes <= total);
  return {
    total,
    available: available ?? null,
    swapTotal: value('SwapTotal'),
    swapFree: value('SwapFree'),
  };
}

function sum(...values: (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}

/**
 * KiB that ZFS frees under memory pressure and the kernel does not count as available: size - c_min
 * of its cache (OpenZFS, module/zfs/arc.c). `null` if the text does not contain them.
 */
export function parseReclaimableArc(text: string): number | null {
  const value = (key: string) =>
    Number(new RegExp(`^${key}\\s+\\d+\\s+(\\d+)$`, 'm').exec(text)?.[1]);
  const bytes = value('size') - value('c_min');
  return Number.isFinite(bytes) ? Math.max(0, bytes) / 1024 : null;
}

/**
 * `ram` is the memory that is not available without swapping: (MemTotal - MemAvailable - what ZFS
 * frees) / MemTotal.
 */
export class LinuxMemory implements Collector {
  readonly name = 'memory';
  readonly provides = ['ram', 'swap'] as const;
  private readonly file: ProcFile;
  private readonly arc: OptionalFile;

  constructor(private readonly roots: Roots) {
    this.file = new ProcFile(`${roots.proc}/meminfo`);
    this.arc = new OptionalFile(`${roots.proc}/spl/kstat/zfs/arcstats`);
  }

  collect(nowMs: number): Reading {
    const info = parseMeminfo(this.file.read());
    if (!info) throw new Unavailable('failed', `${this.file.path} is not in the expected format`);
    const ram = this.used(info, nowMs);
    const swap = swapUsage(info);
    return {
      metrics: { ram, swap },
      missing: {
        ...(ram === null && { ram: `${this.file.path} tells no memory that can be available` }),
        ...(swap === null && {
          swap: info.swapTotal
            ? `${this.file.path} contradicts itself about swap`
            : 'no swap on this machine',
        }),
      },
    };
  }

  close(): void {
    this.file.close();
    this.arc.close();
  }

  private used({ total, available }: Meminfo, nowMs: number): number | null {
    if (available === null) return null;
    const used = total - available;
    const text = this.arc.read(nowMs);
    const arc = text === null || this.isContainers() ? 0 : (parseReclaimableArc(text) ?? 0);
    // A cache larger than the used memory cannot be part of it.
    return (100 * (arc <= used ? used - arc : used)) / total;
  }

  /** With lxcfs, the memory is the container's, but the ZFS cache is the host's. */
  private isContainers(): boolean {
    const mounts = readText(this.roots.mountinfo) ?? '';
    return /\/proc\/meminfo .* - fuse\.lxcfs /.test(mounts);
  }
}

function swapUsage({ swapTotal, swapFree }: Meminfo): number | null {
  if (!swapTotal || swapFree === null || swapFree > swapTotal) return null;
  return (100 * (swapTotal - swapFree)) / swapTotal;
}
