/** Memory and swap in use, from /proc/meminfo (proc_meminfo(5)). */
import { Unavailable } from '../../errors.js';
import type { Collector, Reading } from '../collector.js';
import { KeptFile } from './kept-file.js';
import type { Roots } from './roots.js';

/** Memory in kibibytes, as the kernel names it. */
export interface Meminfo {
  total: number;
  available: number;
  swapTotal: number | null;
  swapFree: number | null;
}

/** Reads the lines that matter; `null` if the total or what is available is absent. */
export function parseMeminfo(text: string): Meminfo | null {
  const value = (key: string): number | null => {
    const start = text.startsWith(`${key}:`) ? 0 : text.indexOf(`\n${key}:`);
    if (start < 0) return null;
    const match = /:\s+(\d+)/.exec(text.slice(start, start + 64));
    return match ? Number(match[1]) : null;
  };
  const total = value('MemTotal');
  // Kernels before 3.14 have no MemAvailable; this was the usual estimate then.
  const available =
    value('MemAvailable') ?? sum(value('MemFree'), value('Buffers'), value('Cached'));
  if (!total || available === null) return null;
  return { total, available, swapTotal: value('SwapTotal'), swapFree: value('SwapFree') };
}

function sum(...values: (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}

/** `ram` is what cannot be had without swapping: (MemTotal - MemAvailable) / MemTotal. */
export class LinuxMemory implements Collector {
  readonly name = 'memory';
  readonly provides = ['ram', 'swap'] as const;
  private readonly file: KeptFile;

  constructor(roots: Roots) {
    this.file = new KeptFile(`${roots.proc}/meminfo`);
  }

  collect(): Reading {
    const info = parseMeminfo(this.file.read());
    if (!info) throw new Unavailable('failed', `${this.file.path} is not in the expected format`);
    const ram = (100 * Math.max(0, info.total - info.available)) / info.total;
    if (!info.swapTotal || info.swapFree === null) {
      return { metrics: { ram, swap: null }, missing: { swap: 'no swap on this machine' } };
    }
    const swap = (100 * Math.max(0, info.swapTotal - info.swapFree)) / info.swapTotal;
    return { metrics: { ram, swap } };
  }

  close(): void {
    this.file.close();
  }
}
