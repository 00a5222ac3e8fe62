/** CPU usage where the system reports only busy and idle time per core: macOS and Windows. */
import { type CpuInfo, cpus, loadavg } from 'node:os';
import { Unavailable } from '../../shared/errors.js';
import type { Collector, Reading } from './collector.js';
import { type CpuTimes, cpuShares } from './linux/parse-stat.js';
import { FIRST_READING } from './rates.js';

/** Times of each core, in milliseconds as in Node. */
export function coreTimes(processors: readonly CpuInfo[]): Map<string, CpuTimes> {
  return new Map(
    processors.map(({ times }, index) => [
      String(index),
      {
        busy: times.user + times.nice + times.sys + times.irq,
        idle: times.idle,
        iowait: 0,
        steal: 0,
      },
    ]),
  );
}

/** `cpu` is the mean over the cores. These systems do not report I/O wait and steal. */
export class OsCpu implements Collector {
  readonly name = 'cpu';
  readonly provides = ['cpu', 'cpu_iowait', 'cpu_steal'] as const;
  private before: Map<string, CpuTimes> | null = null;

  constructor(
    private readonly system: string,
    private readonly read: () => readonly CpuInfo[] = cpus,
  ) {}

  collect(): Reading {
    const now = coreTimes(this.read());
    if (now.size === 0) throw new Unavailable('failed', 'the system shows no processor');
    const before = this.before;
    this.before = now;
    let sum = 0;
    let counted = 0;
    const cores = [...now].map(([name, times]) => {
      const earlier = before?.get(name);
      const usage = earlier ? (cpuShares(earlier, times)?.usage ?? null) : null;
      if (usage !== null) {
        sum += usage;
        counted += 1;
      }
      return { name, usage };
    });
    const untold = `${this.system} does not tell`;
    return {
      metrics: { cpu: counted > 0 ? sum / counted : null, cpu_iowait: null, cpu_steal: null },
      missing: {
        cpu_iowait: untold,
        cpu_steal: untold,
        ...(counted > 0 ? {} : { cpu: before ? 'the CPU time did not advance' : FIRST_READING }),
      },
      devices: { cores },
    };
  }
}

/** Load averages of macOS; Windows has none. */
export class OsLoad implements Collector {
  readonly name = 'load';
  readonly provides = ['load1', 'load5', 'load15'] as const;

  collect(): Reading {
    if (process.platform === 'win32') {
      throw new Unavailable('not_on_this_machine', 'Windows has no load average');
    }
    const [load1 = null, load5 = null, load15 = null] = loadavg();
    return { metrics: { load1, load5, load15 } };
  }
}
