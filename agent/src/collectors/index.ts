/** The list of all collectors: what is not here is not read. */
import type { Collector } from './collector.js';
import { LinuxBatteries } from './linux/batteries.js';
import { LinuxCpu, LinuxLoad } from './linux/cpu.js';
import { LinuxDisks } from './linux/disks.js';
import { LinuxFilesystems } from './linux/filesystems.js';
import { LinuxHwmon } from './linux/hwmon.js';
import { LinuxMemory } from './linux/memory.js';
import { LinuxNetwork } from './linux/network.js';
import { LinuxProcesses } from './linux/processes.js';
import { type Roots, SYSTEM_ROOTS } from './linux/roots.js';
import { Uptime } from './uptime.js';

/** What collectors are made from. */
export interface CollectorSettings {
  intervalMs: number;
  roots: Roots;
}

/** One line of the list: the systems a collector is for, and how to make it. */
interface Entry {
  platforms: readonly NodeJS.Platform[];
  create(settings: CollectorSettings): Collector;
}

const LINUX = ['linux'] as const;
const EVERYWHERE = ['linux', 'darwin', 'win32'] as const;

const COLLECTORS: readonly Entry[] = [
  { platforms: LINUX, create: ({ roots }) => new LinuxCpu(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxLoad(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxMemory(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxFilesystems(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxDisks(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxNetwork(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxHwmon(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxBatteries(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxProcesses(roots) },
  { platforms: EVERYWHERE, create: () => new Uptime() },
];

/** The collectors of `platform`, fresh. */
export function createCollectors(
  platform: NodeJS.Platform,
  settings: { intervalMs: number; roots?: Roots },
): Collector[] {
  const full = { roots: SYSTEM_ROOTS, ...settings };
  return COLLECTORS.filter((entry) => entry.platforms.includes(platform)).map((entry) =>
    entry.create(full),
  );
}
