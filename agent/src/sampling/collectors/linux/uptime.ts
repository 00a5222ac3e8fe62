/** Seconds since boot, from /proc/uptime (proc_uptime(5)). */
import { Unavailable } from '../../../shared/errors.js';
import type { Roots } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { ProcFile } from './proc-file.js';

/** Seconds since boot in the text of /proc/uptime; `null` if it cannot be parsed. */
export function parseUptime(text: string): number | null {
  const seconds = /^\d+(?:\.\d+)?(?=\s|$)/.exec(text)?.[0];
  return seconds === undefined ? null : Number(seconds);
}

/** Uptime of the machine, or of the container with lxcfs. */
export class LinuxUptime implements Collector {
  readonly name = 'uptime';
  readonly provides = ['uptime'] as const;
  private readonly file: ProcFile;

  constructor(roots: Roots) {
    this.file = new ProcFile(`${roots.proc}/uptime`);
  }

  collect(): Reading {
    const seconds = parseUptime(this.file.read());
    if (seconds === null) {
      throw new Unavailable('failed', `${this.file.path} is not in the expected format`);
    }
    return { metrics: { uptime: Math.floor(seconds) } };
  }

  close(): void {
    this.file.close();
  }
}
