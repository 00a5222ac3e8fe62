/** Parses a line of the PowerShell loop (`windows-scripts.ts`). */
import type { Statfs } from '../filesystem-usage.js';

/** One reading of Windows; counters are raw, so that rates are made here. */
export interface WindowsReading {
  /** The helper's own monotonic clock in milliseconds. */
  atMs: number;
  memory: { totalKib: number; freeKib: number } | null;
  processes: number | null;
  /** Percent of all page files; `null` without one. */
  swap: number | null;
  volumes: { name: string; stat: Statfs }[];
  /** Bytes, and idle time in units of 100 ns beside the clock it is counted against. */
  disks: Map<string, { read: number; write: number; idle: number; clock: number }>;
  interfaces: Map<string, { network_in: number; network_out: number }>;
  physical: Set<string>;
  /** Physical adapters that are up and have no counters. */
  uncounted: string[];
  batteries: { name: string; charge: number | null }[];
  sensors: { name: string; temperature: number }[];
}

type Row = Record<string, unknown>;

/** PowerShell writes a list of one as the element itself in some versions, and none as null. */
function rows(value: unknown): Row[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((row): row is Row => typeof row === 'object' && row !== null);
}

/** 64-bit counters come as numbers or texts, by version. */
function num(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** Performance counters replace characters that their paths reserve. */
export function counterName(description: string): string {
  return description
    .replace(/\(/g, '[')
    .replace(/\)/g, ']')
    .replace(/[#/\\]/g, '_');
}

/** One line as a reading; `null` if it is not one. */
export function parseWindowsLine(line: string): WindowsReading | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const top = rows(parsed)[0];
  if (!top || !Number.isFinite(num(top.ticks))) return null;
  const os = rows(top.os)[0];
  const total = num(os?.TotalVisibleMemorySize);
  const free = num(os?.FreePhysicalMemory);
  const processes = num(os?.NumberOfProcesses);
  const hardware = rows(top.adapters).filter((row) => row.HardwareInterface === true);
  const physical = new Set(hardware.map(adapterName));
  // A card that is bound to a switch of Hyper-V is no interface of TCP/IP: it counts as an adapter only.
  const interfaces = interfacesOf(rows(top.interfaces));
  for (const [name, counters] of interfacesOf(rows(top.cards))) {
    if (physical.has(name) && !interfaces.has(name)) interfaces.set(name, counters);
  }
  return {
    atMs: num(top.ticks) * 1000,
    memory: total > 0 && free >= 0 ? { totalKib: total, freeKib: free } : null,
    processes: Number.isFinite(processes) ? processes : null,
    swap: swapOf(rows(top.pagefiles)),
    volumes: withoutSubstitutes(rows(top.volumes)).flatMap(volumeOf),
    disks: disksOf(rows(top.disks)),
    interfaces,
    physical,
    uncounted: hardware
      .filter(isUp)
      .map(adapterName)
      .filter((name) => !interfaces.has(name)),
    batteries: rows(top.batteries).map((row, index) => {
      const charge = num(row.EstimatedChargeRemaining);
      const name = String(row.DeviceID ?? '').trim() || `battery ${index}`;
      return { name, charge: Number.isFinite(charge) ? Math.min(100, charge) : null };
    }),
    sensors: rows(top.thermal).flatMap((row) => {
      // Tenths of a kelvin.
      const temperature = num(row.CurrentTemperature) / 10 - 273.15;
      if (!Number.isFinite(temperature)) return [];
      return { name: String(row.InstanceName ?? 'thermal zone'), temperature };
    }),
  };
}

function swapOf(files: readonly Row[]): number | null {
  let size = 0;
  let used = 0;
  for (const row of files) {
    size += num(row.AllocatedBaseSize);
    used += num(row.CurrentUsage);
  }
  return size > 0 && Number.isFinite(used) ? Math.min(100, (100 * used) / size) : null;
}

function adapterName(row: Row): string {
  return counterName(String(row.InterfaceDescription));
}

/** 1 is "up" (MSFT_NetAdapter, InterfaceOperationalStatus). */
function isUp(row: Row): boolean {
  const status = num(row.InterfaceOperationalStatus);
  return Number.isNaN(status) || status === 1;
}

/** What is written between two answers about one volume. */
const SAME_FREE_BYTES = 64 * 1024 * 1024;

/** `subst` makes a second drive of a folder: same volume, same serial number, same space. */
function withoutSubstitutes(list: readonly Row[]): Row[] {
  return list.filter(
    (row, index) =>
      !list
        .slice(0, index)
        .some(
          (earlier) =>
            typeof row.VolumeSerialNumber === 'string' &&
            earlier.VolumeSerialNumber === row.VolumeSerialNumber &&
            num(earlier.Size) === num(row.Size) &&
            Math.abs(num(earlier.FreeSpace) - num(row.FreeSpace)) < SAME_FREE_BYTES,
        ),
  );
}

/** Windows counts no inodes. */
function volumeOf(row: Row): { name: string; stat: Statfs }[] {
  const size = num(row.Size);
  const free = num(row.FreeSpace);
  if (typeof row.DeviceID !== 'string' || !(size > 0) || !(free >= 0)) return [];
  const stat = { bsize: 1, blocks: size, bfree: free, bavail: free, files: 0, ffree: 0 };
  return [{ name: row.DeviceID, stat }];
}

function disksOf(list: readonly Row[]): WindowsReading['disks'] {
  const disks: WindowsReading['disks'] = new Map();
  for (const row of list) {
    const read = num(row.DiskReadBytesPersec);
    const write = num(row.DiskWriteBytesPersec);
    if (typeof row.Name !== 'string' || row.Name === '_Total') continue;
    if (!Number.isFinite(read + write)) continue;
    disks.set(row.Name, {
      read,
      write,
      idle: num(row.PercentIdleTime),
      clock: num(row.Timestamp_Sys100NS),
    });
  }
  return disks;
}

function interfacesOf(list: readonly Row[]): WindowsReading['interfaces'] {
  const interfaces: WindowsReading['interfaces'] = new Map();
  for (const row of list) {
    const network_in = num(row.BytesReceivedPersec);
    const network_out = num(row.BytesSentPersec);
    if (typeof row.Name === 'string' && Number.isFinite(network_in + network_out)) {
      interfaces.set(row.Name, { network_in, network_out });
    }
  }
  return interfaces;
}
