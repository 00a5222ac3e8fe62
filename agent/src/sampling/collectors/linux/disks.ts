/** Throughput of whole physical disks, from /proc/diskstats (kernel: admin-guide/iostats). */
import { existsSync } from 'node:fs';
import type { Roots } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { diskReading } from '../device-readings.js';
import { boundedPercent } from '../percent.js';
import { RateTracker } from '../rates.js';
import { ProcFile } from './proc-file.js';

/** The kernel counts sectors of 512 bytes, whatever the size of the disk's own sectors is. */
const SECTOR_BYTES = 512;

/** Optical and floppy drives, network block devices, and the boot partitions of an eMMC. */
const NO_DISK = /^(sr|fd|nbd)\d|^mmcblk\d+(boot\d+|rpmb)$/;

/** Counters of one block device since boot: bytes, and milliseconds for which it was busy. */
export interface DiskCounters {
  read: number;
  write: number;
  busyMs: number;
}

/** Parses all devices; incomplete lines are skipped. */
export function parseDiskstats(text: string): Map<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  for (const line of text.split('\n')) {
    const fields = line.split(' ').filter(Boolean);
    const name = fields[2];
    if (name === undefined || fields.length < 14) continue;
    const read = Number(fields[5]) * SECTOR_BYTES;
    const write = Number(fields[9]) * SECTOR_BYTES;
    const busyMs = Number(fields[12]);
    if (Number.isFinite(read + write + busyMs)) disks.set(name, { read, write, busyMs });
  }
  return disks;
}

/** One of several paths to an NVMe disk, such as `nvme0c1n1` to `nvme0n1`. */
const NVME_PATH = /^(nvme\d+)c\d+(n\d+)$/;

/**
 * Every NVMe disk once, however many paths lead to it. Since Linux 6.2, the disk itself counts what
 * its paths transfer; before, it counts nothing, and its paths are added up.
 */
export function withoutNvmePaths(
  disks: ReadonlyMap<string, DiskCounters>,
): Map<string, DiskCounters> {
  const merged = new Map<string, DiskCounters>();
  const overPaths = new Map<string, DiskCounters>();
  for (const [name, counters] of disks) {
    const path = NVME_PATH.exec(name);
    if (!path) {
      merged.set(name, counters);
      continue;
    }
    const disk = `${path[1]}${path[2]}`;
    const { read, write, busyMs } = overPaths.get(disk) ?? { read: 0, write: 0, busyMs: 0 };
    overPaths.set(disk, {
      read: read + counters.read,
      write: write + counters.write,
      busyMs: Math.max(busyMs, counters.busyMs),
    });
  }
  for (const [name, counters] of overPaths) {
    const own = merged.get(name);
    if (!own || own.read + own.write === 0) merged.set(name, counters);
  }
  return merged;
}

/**
 * Only physical disks: partitions and stacked devices (device mapper, RAID, loop) would count the
 * same bytes again.
 */
export class LinuxDisks implements Collector {
  readonly name = 'disks';
  readonly provides = ['disk_read', 'disk_write'] as const;
  private readonly file: ProcFile;
  private tracker = new RateTracker<'read' | 'write' | 'busyMs'>();
  private physical = new Map<string, boolean>();

  constructor(private readonly roots: Roots) {
    this.file = new ProcFile(`${roots.proc}/diskstats`);
  }

  collect(nowMs: number): Reading {
    const all = parseDiskstats(this.file.read());
    const disks = new Map<string, DiskCounters>();
    const known = new Map<string, boolean>();
    for (const [name, counters] of all) {
      // A name that disappears and comes back may be another device, so removed devices are
      // forgotten.
      const physical = this.physical.get(name) ?? this.isPhysical(name);
      known.set(name, physical);
      if (physical) disks.set(name, counters);
    }
    this.physical = known;

    const rates = this.tracker.update(withoutNvmePaths(disks), nowMs);
    return diskReading(rates, (name) => {
      const busy = rates.get(name)?.busyMs.value ?? null;
      // Milliseconds per second are tenths of a percent.
      return busy === null ? null : boundedPercent(busy / 10);
    });
  }

  resume({ tracker }: LinuxDisks): void {
    this.tracker = tracker;
  }

  close(): void {
    this.file.close();
  }

  /** A whole disk has a folder in /sys/block, and a physical one has a device. */
  private isPhysical(name: string): boolean {
    // The kernel replaces "/" in a device's name with "!" in sysfs.
    const folder = `${this.roots.sys}/block/${name.replaceAll('/', '!')}`;
    return existsSync(`${folder}/device`) && !NO_DISK.test(name);
  }
}
