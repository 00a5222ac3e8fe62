/** Windows, through one long-lived PowerShell that prints raw counters. */
import type { StartLines } from '../../commands.js';
import type { Collector, Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { diskReading, interfaceReading } from '../device-readings.js';
import { diskUsage, filesystemDevices } from '../filesystem-usage.js';
import { LineLoop } from '../line-loop.js';
import { RateTracker } from '../rates.js';
import { parseWindowsLine, type WindowsReading } from './parse.js';

/** The loop prints every five seconds. */
const FRESH_MS = 20_000;

/** Everything but CPU and uptime; values are the newest that the loop printed. */
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
    const volumes = now.volumes.map((volume) => ({ ...volume, local: true, pool: null }));
    const disk = diskUsage(volumes) ?? null;
    const temperature = cpuTemperature(now.sensors);
    const { memory } = now;
    return {
      metrics: {
        ...disks.metrics,
        ...links.metrics,
        ram: memory ? (100 * (memory.totalKib - memory.freeKib)) / memory.totalKib : null,
        swap: now.swap,
        disk,
        processes: now.processes,
        temperature,
      },
      missing: {
        ...disks.missing,
        ...links.missing,
        ...(now.swap === null ? { swap: 'no page file on this machine' } : {}),
        ...(disk === null ? { disk: 'no local volume' } : {}),
        ...(temperature === null
          ? { temperature: 'the firmware shows no temperature to this user' }
          : {}),
      },
      devices: {
        ...disks.devices,
        ...links.devices,
        filesystems: filesystemDevices(volumes),
        batteries: now.batteries,
        sensors: now.sensors,
      },
    };
  }
}

type DiskRow = { idle: number; clock: number };

/** 100 % minus the idle share, both counted in units of 100 ns. */
function busyShare(before: DiskRow | undefined, now: DiskRow | undefined): number | null {
  if (!before || !now) return null;
  const share = 100 - (100 * (now.idle - before.idle)) / (now.clock - before.clock);
  return Number.isFinite(share) ? Math.min(100, Math.max(0, share)) : null;
}
