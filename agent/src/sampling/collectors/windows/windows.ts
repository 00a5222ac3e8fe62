/** Windows, through one long-lived PowerShell that prints raw counters. */
import type { StartLines } from '../../../shared/commands.js';
import type { Collector, Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { diskReading, interfaceReading } from '../device-readings.js';
import { filesystemReading } from '../filesystem-usage.js';
import { LineLoop } from '../line-loop.js';
import { boundedPercent } from '../percent.js';
import { type Rate, RateTracker } from '../rates.js';
import { parseWindowsLine, type WindowsReading } from './parse.js';

/** The loop prints every five seconds. */
const FRESH_MS = 20_000;

/** Everything but CPU and uptime; values are the newest ones printed by the loop. */
export class Windows implements Collector {
  readonly name = 'windows';
  readonly provides = [
    'ram',
    'swap',
    'disk',
    'disk_read',
    'disk_write',
    'network_in',
    'network_out',
    'processes',
    'temperature',
  ] as const;
  private readonly disks = new RateTracker<'read' | 'write'>();
  private readonly links = new RateTracker<'network_in' | 'network_out'>();
  private readonly loop: LineLoop;
  private newest: { reading: Reading; atMs: number } | null = null;
  private before: WindowsReading | null = null;

  constructor(
    start: StartLines,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.loop = new LineLoop({
      name: 'PowerShell',
      start,
      onLine: (line) => this.take(line),
      mend: 'run PowerShell by hand: a policy may forbid it',
      now,
    });
  }

  collect(): Reading {
    if (this.loop.isDue()) {
      this.before = null;
      this.loop.start();
    }
    if (this.newest && this.now() - this.newest.atMs <= FRESH_MS) return this.newest.reading;
    throw this.loop.problem;
  }

  close(): void {
    this.loop.close();
  }

  private take(line: string): boolean {
    const parsed = parseWindowsLine(line);
    if (!parsed) return false;
    this.newest = { reading: this.readingOf(parsed), atMs: this.now() };
    this.before = parsed;
    return true;
  }

  private readingOf(now: WindowsReading): Reading {
    const before = this.before;
    const disks = diskReading(this.disks.update(now.disks, now.atMs), (name) =>
      busyShare(before?.disks.get(name), now.disks.get(name)),
    );
    const links = interfaceReading(this.links.update(now.interfaces, now.atMs), (name) =>
      now.physical.has(name),
    );
    const [uncounted] = now.uncounted;
    if (uncounted !== undefined) {
      const reason = `Windows has no counters for the network card "${uncounted}"`;
      links.metrics = { network_in: null, network_out: null };
      links.missing = { network_in: reason, network_out: reason };
    }
    const filesystems = filesystemReading(
      now.volumes.map((volume) => ({ ...volume, local: true, pool: null })),
    );
    const memory = memoryShare(now.memory);
    const swap = swapShare(now.swap);
    const { temperature } = cpuTemperature(now.sensors);
    return {
      metrics: {
        ...disks.metrics,
        ...links.metrics,
        ...filesystems.metrics,
        ram: memory.value,
        swap: swap.value,
        processes: now.processes,
        temperature,
      },
      missing: {
        ...disks.missing,
        ...links.missing,
        ...filesystems.missing,
        ...(memory.value === null ? { ram: memory.reason } : {}),
        ...(swap.value === null ? { swap: swap.reason } : {}),
        ...(now.processes === null ? { processes: 'Windows tells no number of processes' } : {}),
        ...(temperature === null
          ? { temperature: 'the firmware shows no temperature to this user' }
          : {}),
      },
      devices: {
        ...disks.devices,
        ...links.devices,
        ...filesystems.devices,
        batteries: now.batteries,
        sensors: now.sensors,
      },
    };
  }
}

function memoryShare(memory: WindowsReading['memory']): Rate {
  if (!memory) return { value: null, reason: 'Windows tells no size of its memory' };
  const { totalKib, freeKib } = memory;
  if (freeKib > totalKib)
    return { value: null, reason: 'Windows tells more free memory than there is' };
  return { value: (100 * (totalKib - freeKib)) / totalKib };
}

function swapShare(swap: WindowsReading['swap']): Rate {
  if (!swap) return { value: null, reason: 'no page file on this machine' };
  const { sizeMib, usedMib } = swap;
  if (usedMib > sizeMib)
    return { value: null, reason: 'Windows tells more of the page files in use than there is' };
  return { value: (100 * usedMib) / sizeMib };
}

type DiskRow = { idle: number; clock: number };

/** 100 % minus the idle share, both in units of 100 ns. */
function busyShare(before: DiskRow | undefined, now: DiskRow | undefined): number | null {
  if (!before || !now || !(now.clock > before.clock)) return null;
  return boundedPercent(100 - (100 * (now.idle - before.idle)) / (now.clock - before.clock));
}
