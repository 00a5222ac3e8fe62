/** Windows, through one long-lived PowerShell that prints raw counters. */
import type { LineProcess } from '../../commands.js';
import { errorMessage, Unavailable } from '../../errors.js';
import type { Collector, Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { diskReading, interfaceReading } from '../device-readings.js';
import { diskUsage, filesystemDevices } from '../filesystem-usage.js';
import { RateTracker } from '../rates.js';
import { parseWindowsLine, type WindowsReading } from './parse.js';

/** Starts the loop; `ended` is called when it stops by itself. */
export type StartLoop = (
  onLine: (line: string) => void,
  ended: (reason: string) => void,
) => Promise<LineProcess>;

/** The loop prints every five seconds, and the first line takes PowerShell a while. */
const FRESH_MS = 20_000;
const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 10 * 60_000;

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
  private loop: LineProcess | null = null;
  private starting = false;
  private closed = false;
  private newest: { reading: Reading; atMs: number } | null = null;
  private before: WindowsReading | null = null;
  private nowMs = 0;
  private nextStartMs = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private problem: Unavailable | null = null;

  constructor(private readonly start: StartLoop) {}

  collect(nowMs: number): Reading {
    this.nowMs = nowMs;
    if (!this.loop && !this.starting && nowMs >= this.nextStartMs) this.begin();
    if (this.newest && nowMs - this.newest.atMs <= FRESH_MS) return this.newest.reading;
    throw this.problem ?? new Unavailable('not_yet', 'PowerShell has not answered yet');
  }

  close(): void {
    this.closed = true;
    this.loop?.stop();
    this.loop = null;
  }

  private begin(): void {
    this.starting = true;
    this.start(
      (line) => this.take(line),
      (reason) => this.ended(reason),
    ).then(
      (loop) => {
        this.starting = false;
        if (this.closed) loop.stop();
        else this.loop = loop;
      },
      (error: unknown) => {
        this.starting = false;
        this.ended(errorMessage(error));
      },
    );
  }

  private take(line: string): void {
    const parsed = parseWindowsLine(line);
    if (!parsed) return;
    this.failures = 0;
    this.problem = null;
    this.newest = { reading: this.readingOf(parsed), atMs: this.nowMs };
    this.before = parsed;
  }

  private ended(reason: string): void {
    this.loop = null;
    this.before = null;
    this.failures += 1;
    this.problem = new Unavailable(
      'failed',
      `PowerShell: ${reason}`,
      'run PowerShell by hand: a policy may forbid it',
    );
    const waitMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.failures - 1));
    this.nextStartMs = this.nowMs + waitMs;
  }

  private readingOf(now: WindowsReading): Reading {
    const before = this.before;
    const disks = diskReading(this.disks.update(now.disks, now.atMs), (name) =>
      busyShare(before?.disks.get(name), now.disks.get(name)),
    );
    const links = interfaceReading(this.links.update(now.interfaces, now.atMs), (name) =>
      now.physical.has(name),
    );
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
