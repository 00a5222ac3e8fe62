/** Parses a line of the PowerShell loop (`windows-scripts.ts`). */
import { batteryCharge } from '../battery.js';
import type { Statfs } from '../filesystem-usage.js';

/** One reading on Windows. Counters are raw; the agent computes the rates. */
export interface WindowsReading {
  /** Monotonic clock of the PowerShell process, in milliseconds. */
  atMs: number;
  memory: { totalKib: number; freeKib: number } | null;
  processes: number | null;
  /** All page files together; `null` if there is none. */
  swap: { sizeMib: number; usedMib: number } | null;
  /** `stat` is `null` if the volume reports no size, such as a locked one. */
  volumes: { name: string; stat: Statfs | null }[];
  /** Bytes, and idle time in units of 100 ns with the clock it is measured against. */
  disks: Map<string, { read: number; write: number; idle: number; clock: number }>;
  interfaces: Map<string, { network_in: number; network_out: number }>;
  physical: Set<string>;
  /** Physical adapters that are up but have no counters. */
  uncounted: string[];
  batteries: { name: string; charge: number | null }[];
  sensors: { name: string; temperature: number | null }[];
}

type Row = Record<string, unknown>;

/**
 * Depending on its version, PowerShell writes a list of one element as that element, an empty list
 * as null, and sometimes a list as an object around it (`{"value": [], "Count": 0}`).
 */
function rows(value: unknown): Row[] {
  if (isRow(value) && Array.isArray(value.value)) return rows(value.value);
  return (Array.isArray(value) ? value : [value]).filter(isRow);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** 64-bit counters are numbers or strings, depending on the version. */
function num(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** Performance counters replace characters that are reserved in their paths. */
export function counterName(description: string): string {
  return description
    .replace(/\(/g, '[')
    .replace(/\)/g, ']')
    .replace(/[#/\\]/g, '_');
}

/** Parses a line; `null` if it is not a reading. */
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
  const hardware = withoutVirtualFunctions(
    rows(top.adapters).filter((row) => row.HardwareInterface === true),
  );
  const physical = new Set(hardware.map(adapterName));
  // A card bound to a Hyper-V switch is not a TCP/IP interface, only an adapter.
  const interfaces = interfacesOf(rows(top.interfaces));
  for (const [name, counters] of interfacesOf(rows(top.cards))) {
    if (physical.has(name) && !interfaces.has(name)) interfaces.set(name, counters);
  }
  const images = new Set(
    rows(top.images)
      .map((row) => num(row.Number))
      .filter(Number.isFinite),
  );
  const disks = rows(top.disks);
  // A virtual disk that is a file takes its space and its bytes from the disk with the file.
  const isFile = (row: Row) => images.has(diskNumber(row));
  const own = disks.filter((row) => !isFile(row));
  const inFiles = letters(disks.filter(isFile));
  const volumes = withoutSubstitutes(rows(top.volumes), letters(disks)).filter(
    (row) => !inFiles.has(text(row.DeviceID)),
  );
  return {
    atMs: num(top.ticks) * 1000,
    memory: total > 0 && free >= 0 ? { totalKib: total, freeKib: free } : null,
    processes: Number.isFinite(processes) ? processes : null,
    swap: swapOf(rows(top.pagefiles)),
    volumes: volumes.flatMap(volumeOf),
    disks: disksOf(own),
    interfaces,
    physical,
    uncounted: hardware
      .filter(isUp)
      .map(adapterName)
      .filter((name) => !interfaces.has(name)),
    batteries: rows(top.batteries).map((row, index) => ({
      name: text(row.DeviceID) || `battery ${index}`,
      charge: batteryCharge(num(row.EstimatedChargeRemaining)),
    })),
    sensors: rows(top.thermal).map((row) => {
      // Tenths of a kelvin; firmware without a value reports 0.
      const tenths = num(row.CurrentTemperature);
      return {
        name: text(row.InstanceName) || 'thermal zone',
        temperature: tenths > 0 ? tenths / 10 - 273.15 : null,
      };
    }),
  };
}

function swapOf(files: readonly Row[]): WindowsReading['swap'] {
  let sizeMib = 0;
  let usedMib = 0;
  for (const row of files) {
    sizeMib += num(row.AllocatedBaseSize);
    usedMib += num(row.CurrentUsage);
  }
  return sizeMib > 0 && Number.isFinite(usedMib) ? { sizeMib, usedMib } : null;
}

/**
 * Hyper-V gives a virtual machine a synthetic adapter (on its VMBus) and a virtual function of the
 * card with the same address. The synthetic adapter counts every byte, whichever path it takes.
 */
function withoutVirtualFunctions(adapters: readonly Row[]): Row[] {
  const isSynthetic = (row: Row) => /^VMBUS\\/i.test(text(row.PNPDeviceID));
  const address = (row: Row) =>
    text(row.PermanentAddress)
      .replace(/[^\da-f]/gi, '')
      .toUpperCase();
  const synthetic = new Set(adapters.filter(isSynthetic).map(address));
  return adapters.filter(
    (row) => isSynthetic(row) || !/[^0]/.test(address(row)) || !synthetic.has(address(row)),
  );
}

function adapterName(row: Row): string {
  return counterName(String(row.InterfaceDescription));
}

/** 1 means "up" (MSFT_NetAdapter, InterfaceOperationalStatus). */
function isUp(row: Row): boolean {
  const status = num(row.InterfaceOperationalStatus);
  return Number.isNaN(status) || status === 1;
}

/** Two drives of one volume are read moments apart: its free space may change by this much. */
const SAME_FREE_BYTES = 64 * 1024 * 1024;

/** The disk number at the start of a counter name, as in `0 C: D:`. */
function diskNumber(row: Row): number {
  return num(/^\d+/.exec(text(row.Name))?.[0]);
}

/** The drives in the counter names of disks. */
function letters(disks: readonly Row[]): Set<string> {
  return new Set(disks.flatMap((row) => text(row.Name).match(/\b[A-Z]:/g) ?? []));
}

/**
 * `subst` maps a folder to a second drive: same volume, same serial number, same space. A cloned
 * disk has the same serial number too, but its drive is on a disk of its own. `onDisk` contains the
 * drives that are on a disk.
 */
function withoutSubstitutes(list: readonly Row[], onDisk: ReadonlySet<string>): Row[] {
  return list.filter((row, index) => {
    if (onDisk.has(text(row.DeviceID))) return true;
    return !list.some(
      (other, at) =>
        at !== index &&
        isSameVolume(row, other) &&
        (at < index || onDisk.has(text(other.DeviceID))),
    );
  });
}

/** Some filesystem drivers report the serial number 0 or none for every volume. */
function isSameVolume(a: Row, b: Row): boolean {
  const serial = text(a.VolumeSerialNumber);
  return (
    /[^0]/.test(serial) &&
    serial === text(b.VolumeSerialNumber) &&
    num(a.Size) === num(b.Size) &&
    Math.abs(num(a.FreeSpace) - num(b.FreeSpace)) < SAME_FREE_BYTES
  );
}

/** Windows has no inode counts. */
function volumeOf(row: Row): WindowsReading['volumes'] {
  const name = text(row.DeviceID);
  if (name === '') return [];
  const size = num(row.Size);
  const free = num(row.FreeSpace);
  if (!(size > 0) || !(free >= 0)) return [{ name, stat: null }];
  const stat = { bsize: 1, blocks: size, bfree: free, bavail: free, files: 0, ffree: 0 };
  return [{ name, stat }];
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
