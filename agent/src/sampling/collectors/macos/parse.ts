/** Parses the output of macOS tools. */
import { batteryCharge } from '../battery.js';
import type { GpuCard } from '../gpu/gpu-reading.js';
import { boundedPercent } from '../percent.js';

/**
 * Used memory as in Activity Monitor, in bytes: app memory, wired and compressed. `null` if the
 * text is not the output of `vm_stat`; `used` is `null` if more memory is purgeable than there is
 * of its kind.
 */
export function parseVmStat(text: string): { used: number | null } | null {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const bytes = (name: string): number => {
    const match = new RegExp(`^"?${name}"?:\\s+(\\d+)`, 'm').exec(text);
    return match ? Number(match[1]) * page : Number.NaN;
  };
  const app = bytes('Anonymous pages') - bytes('Pages purgeable');
  const used = app + bytes('Pages wired down') + bytes('Pages occupied by compressor');
  if (!Number.isFinite(used)) return null;
  return { used: app < 0 ? null : used };
}

/**
 * Size and use of swap from `sysctl -n vm.swapusage`, in megabytes; `null` for other texts. Some
 * languages use a decimal comma.
 */
export function parseSwapUsage(text: string): { total: number; used: number } | null {
  const value = (name: string): number =>
    Number(new RegExp(`${name} = ([\\d.,]+)M`).exec(text)?.[1]?.replace(',', '.'));
  const usage = { total: value('total'), used: value('used') };
  return Number.isFinite(usage.total + usage.used) ? usage : null;
}

/** A mount of a disk. */
export interface MacMount {
  mountPoint: string;
  /** What its space belongs to: an APFS container, which its volumes share, or a partition. */
  space: string;
}

/**
 * A device or, since macOS 13, the address of a filesystem outside the kernel; and its mount point.
 */
const MOUNT = /^(?:\/dev\/|[a-z]+:\/\/)((disk\d+)\w*)(?:\/.*?)? on (.+) \(([^)]*)\)$/;

/**
 * Volumes visible to users, from `mount`: one for each APFS container or partition. `images` names
 * the disks that are files: their space belongs to the disk with the file.
 */
export function parseMount(text: string, images: ReadonlySet<string>): MacMount[] {
  const found = new Map<string, MacMount>();
  for (const line of text.split('\n')) {
    const [, volume, disk, mountPoint, options] = MOUNT.exec(line) ?? [];
    const traits = options?.split(', ') ?? [];
    if (!volume || !disk || !mountPoint || !traits.includes('local')) continue;
    if (images.has(disk)) continue;
    // Reading an automounted filesystem would keep it mounted.
    if (traits.includes('automounted')) continue;
    const space = traits[0] === 'apfs' ? disk : volume;
    // The system volume is read-only; any other read-only volume is a disk image, which is always
    // full.
    if (mountPoint !== '/' && traits.includes('read-only')) continue;
    if (mountPoint.startsWith('/System/Volumes/') || mountPoint.startsWith('/private/')) continue;
    const rival = found.get(space);
    if (!rival || mountPoint.length < rival.mountPoint.length) {
      found.set(space, { mountPoint, space });
    }
  }
  return [...found.values()];
}

/**
 * Counters from the link lines of `netstat -ibn`. The received bytes are NaN if nothing was
 * received although something was sent: some drivers do not count them.
 */
export function parseNetstat(
  text: string,
): Map<string, { network_in: number; network_out: number }> {
  const interfaces = new Map<string, { network_in: number; network_out: number }>();
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const name = fields[0]?.replace(/\*$/, '');
    if (!name || !fields[2]?.startsWith('<Link#')) continue;
    // Some links have no address: count from the end (… Ibytes Opkts Oerrs Obytes Coll).
    const received = Number(fields.at(-5));
    const sent = Number(fields.at(-2));
    if (fields.length < 10 || !Number.isFinite(received + sent)) continue;
    const counted = received > 0 || sent === 0;
    interfaces.set(name, { network_in: counted ? received : Number.NaN, network_out: sent });
  }
  return interfaces;
}

/** Data about disks from `ioreg`. */
export interface MacDisksFound {
  /** Bytes read and written since the disk was attached. */
  disks: Map<string, { read: number; write: number }>;
  /** Disks that are files on other disks, or memory, and the APFS containers on them. */
  images: Set<string>;
}

/** Counters of each disk from `ioreg -r -l -c IOBlockStorageDevice`; disk images are left out. */
export function parseIoregDisks(text: string): MacDisksFound {
  const found: MacDisksFound = { disks: new Map(), images: new Set() };
  for (const device of text.split(/^\+-o /m).slice(1)) {
    const names = [...device.matchAll(/"BSD Name" = "(disk\d+)"/g)].map((match) => match[1] ?? '');
    if (/"Physical Interconnect Location"="(File|RAM)"/.test(device)) {
      for (const name of names) found.images.add(name);
      continue;
    }
    const statistics = /"Statistics" = \{(.*)\}/.exec(device)?.[1] ?? '';
    const read = Number(/"Bytes \(Read\)"=(\d+)/.exec(statistics)?.[1]);
    const write = Number(/"Bytes \(Write\)"=(\d+)/.exec(statistics)?.[1]);
    // The disk itself comes first; an empty card slot has none.
    const [name] = names;
    if (name && Number.isFinite(read + write)) found.disks.set(name, { read, write });
  }
  return found;
}

/**
 * The machine's own batteries from `pmset -g batt`, which also lists uninterruptible power
 * supplies.
 */
export function parsePmset(text: string): { name: string; charge: number | null }[] {
  const batteries: { name: string; charge: number | null }[] = [];
  for (const line of text.split('\n')) {
    const [, name, percent] = /^\s*-(InternalBattery-\d+)\s.*?(\d+)%;/.exec(line) ?? [];
    if (!name || line.includes('present: false')) continue;
    batteries.push({ name, charge: batteryCharge(Number(percent)) });
  }
  return batteries;
}

/**
 * Graphics cards from `ioreg -r -d 1 -c IOAccelerator`, with the values that their drivers report.
 */
export function parseIoregGpus(text: string): GpuCard[] {
  const cards: GpuCard[] = [];
  for (const block of text.split(/^\+-o /m).slice(1)) {
    const statistics = /"PerformanceStatistics" = \{(.*)\}/.exec(block)?.[1];
    if (statistics === undefined) continue;
    const value = (name: string): number | null => {
      const match = statistics.match(new RegExp(`"${name}"=(\\d+)`));
      return match ? Number(match[1]) : null;
    };
    const model = /"model" = <?"([^"]+)"/.exec(block)?.[1] ?? block.split(/\s/)[0] ?? 'GPU';
    // A card without memory of its own reports no free memory.
    const free = value('vramFreeBytes');
    const used =
      free === null
        ? (value('In use system memory') ?? value('inUseSysMemoryBytes'))
        : (value('vramUsedBytes') ?? value('inUseVidMemoryBytes'));
    const usage = value('Device Utilization %') ?? value('GPU Activity\\(%\\)');
    cards.push({
      name: `${cards.length} ${model}`,
      usage: usage === null ? null : boundedPercent(usage),
      usedBytes: used,
      totalBytes: used !== null && free !== null ? used + free : null,
      // Drivers of cards without a sensor report 0.
      temperature: value('Temperature\\(C\\)') || null,
      power: value('Total Power\\(W\\)'),
    });
  }
  return cards;
}

/** `IOPlatformUUID` of `ioreg -c IOPlatformExpertDevice`. */
export function parsePlatformUuid(text: string): string | null {
  return /"IOPlatformUUID" = "([0-9A-F-]{36})"/i.exec(text)?.[1] ?? null;
}

/** The number of lines of `ps`. */
export function countProcesses(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
