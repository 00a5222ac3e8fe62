/** Parses what macOS's own tools print. */
import type { GpuCard } from '../gpu/gpu-reading.js';

/** Memory in use as Activity Monitor counts it, in bytes: app memory, wired and compressed. */
export function parseVmStat(text: string): number | null {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = (name: string): number => {
    const match = new RegExp(`^"?${name}"?:\\s+(\\d+)`, 'm').exec(text);
    return match ? Number(match[1]) : Number.NaN;
  };
  const used =
    pages('Anonymous pages') -
    pages('Pages purgeable') +
    pages('Pages wired down') +
    pages('Pages occupied by compressor');
  return Number.isFinite(used * page) ? Math.max(0, used) * page : null;
}

/** Swap of `sysctl -n vm.swapusage` in percent; `null` if there is none. */
export function parseSwapUsage(text: string): number | null {
  const total = Number(/total = ([\d.]+)M/.exec(text)?.[1]);
  const used = Number(/used = ([\d.]+)M/.exec(text)?.[1]);
  return total > 0 && Number.isFinite(used) ? Math.min(100, (100 * used) / total) : null;
}

/** A mount of a disk. */
export interface MacMount {
  mountPoint: string;
  /** What its space belongs to: an APFS container, which its volumes share, or a partition. */
  space: string;
}

/** Volumes people see, from `mount`: one for each APFS container or partition. */
export function parseMount(text: string): MacMount[] {
  const found = new Map<string, MacMount>();
  for (const line of text.split('\n')) {
    const match = /^\/dev\/((disk\d+)\S*) on (.+) \(([^)]*)\)$/.exec(line);
    const [, volume, disk, mountPoint, options] = match ?? [];
    const traits = options?.split(', ') ?? [];
    if (!volume || !disk || !mountPoint || !traits.includes('local')) continue;
    const space = traits[0] === 'apfs' ? disk : volume;
    // The system's own volume is read-only; any other such is a disk image, which is always full.
    if (mountPoint !== '/' && traits.includes('read-only')) continue;
    if (mountPoint.startsWith('/System/Volumes/') || mountPoint.startsWith('/private/')) continue;
    const rival = found.get(space);
    if (!rival || mountPoint.length < rival.mountPoint.length) {
      found.set(space, { mountPoint, space });
    }
  }
  return [...found.values()];
}

/** Counters of `netstat -ibn`, from the lines of the links themselves. */
export function parseNetstat(
  text: string,
): Map<string, { network_in: number; network_out: number }> {
  const interfaces = new Map<string, { network_in: number; network_out: number }>();
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const name = fields[0]?.replace(/\*$/, '');
    if (!name || !fields[2]?.startsWith('<Link#')) continue;
    // The address is absent for some links: count from the end (… Ibytes Opkts Oerrs Obytes Coll).
    const network_in = Number(fields.at(-5));
    const network_out = Number(fields.at(-2));
    if (fields.length >= 10 && Number.isFinite(network_in + network_out)) {
      interfaces.set(name, { network_in, network_out });
    }
  }
  return interfaces;
}

/** Counters of each disk from `ioreg -r -l -c IOBlockStorageDriver`. */
export function parseIoregDisks(text: string): Map<string, { read: number; write: number }> {
  const disks = new Map<string, { read: number; write: number }>();
  let counters: { read: number; write: number } | null = null;
  for (const line of text.split('\n')) {
    const statistics = /"Statistics" = \{(.*)\}/.exec(line)?.[1];
    if (statistics !== undefined) {
      const read = Number(/"Bytes \(Read\)"=(\d+)/.exec(statistics)?.[1]);
      const write = Number(/"Bytes \(Write\)"=(\d+)/.exec(statistics)?.[1]);
      counters = Number.isFinite(read + write) ? { read, write } : null;
      continue;
    }
    const name = /"BSD Name" = "(disk\d+)"/.exec(line)?.[1];
    if (name && counters) {
      disks.set(name, counters);
      counters = null;
    }
  }
  return disks;
}

/** Batteries of `pmset -g batt`. */
export function parsePmset(text: string): { name: string; charge: number }[] {
  const batteries: { name: string; charge: number }[] = [];
  for (const match of text.matchAll(/^\s*-(\S+)[^\n]*?\t?(\d+)%;/gm)) {
    batteries.push({ name: match[1] ?? 'battery', charge: Math.min(100, Number(match[2])) });
  }
  return batteries;
}

/** Graphics cards of `ioreg -r -d 1 -c IOAccelerator`, as far as their drivers tell. */
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
    const used = value('In use system memory') ?? value('vramUsedBytes');
    const free = value('vramFreeBytes');
    cards.push({
      name: `${cards.length} ${model}`,
      usage: value('Device Utilization %') ?? value('GPU Activity\\(%\\)'),
      usedBytes: used,
      totalBytes: used !== null && free !== null ? used + free : null,
      temperature: value('Temperature\\(C\\)'),
      power: value('Total Power\\(W\\)'),
    });
  }
  return cards;
}

/** `IOPlatformUUID` of `ioreg -c IOPlatformExpertDevice`. */
export function parsePlatformUuid(text: string): string | null {
  return /"IOPlatformUUID" = "([0-9A-F-]{36})"/i.exec(text)?.[1] ?? null;
}

/** Number of lines of `ps`. */
export function countProcesses(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
