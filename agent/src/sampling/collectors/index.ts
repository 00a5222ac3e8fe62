/** The list of all collectors. A collector that is not listed here does not run. */
import { findCommand, startLines } from '../../shared/commands.js';
import { type Roots, SYSTEM_ROOTS } from '../../shared/roots.js';
import type { Collector } from './collector.js';
import { DeviceReads, deviceDeadlineMs } from './device-reads.js';
import { DrmCards } from './gpu/drm.js';
import { Gpu } from './gpu/gpu.js';
import { Nvidia } from './gpu/nvidia.js';
import { nvidiaMaySleep, nvidiaPower } from './gpu/pci-power.js';
import { LinuxBatteries } from './linux/batteries.js';
import { LinuxCpu, LinuxLoad } from './linux/cpu.js';
import { LinuxDisks } from './linux/disks.js';
import { LinuxFilesystems } from './linux/filesystems.js';
import { LinuxHwmon } from './linux/hwmon.js';
import { LinuxMemory } from './linux/memory.js';
import { LinuxNetwork } from './linux/network.js';
import { LinuxProcesses } from './linux/processes.js';
import { LinuxUptime } from './linux/uptime.js';
import * as mac from './macos/macos.js';
import { OsCpu, OsLoad } from './os-cpu.js';
import { Uptime } from './uptime.js';
import { Windows } from './windows/windows.js';

/** Dependencies of the collectors. */
export interface CollectorSettings {
  intervalMs: number;
  roots: Roots;
  /**
   * Reads devices. All collectors share one instance, because they share the threads of the
   * process.
   */
  reads: DeviceReads;
}

/** An entry of the list: the systems a collector supports, and its factory. */
interface Entry {
  platforms: readonly NodeJS.Platform[];
  create(settings: CollectorSettings): Collector;
}

const LINUX = ['linux'] as const;
const MAC = ['darwin'] as const;
const WINDOWS = ['win32'] as const;
const MAC_AND_WINDOWS = ['darwin', 'win32'] as const;

const COLLECTORS: readonly Entry[] = [
  { platforms: LINUX, create: ({ roots }) => new LinuxCpu(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxLoad(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxMemory(roots) },
  {
    platforms: LINUX,
    create: ({ roots, reads }) =>
      new LinuxFilesystems({
        roots,
        reads,
        startAsking: (automounted) => (onLine, ended) =>
          startLines(
            automounted ? 'automountedFilesystems' : 'remoteFilesystems',
            onLine,
            ended,
            roots.host === null ? {} : { PROCSPY_HOST_ROOT: roots.host },
          ),
      }),
  },
  { platforms: LINUX, create: ({ roots }) => new LinuxDisks(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxNetwork(roots) },
  { platforms: LINUX, create: ({ roots, reads }) => new LinuxHwmon(roots, reads) },
  { platforms: LINUX, create: ({ roots, reads }) => new LinuxBatteries(roots, reads) },
  { platforms: LINUX, create: ({ roots }) => new LinuxProcesses(roots) },
  { platforms: LINUX, create: ({ roots }) => new LinuxUptime(roots) },
  {
    platforms: LINUX,
    create: (settings) =>
      new Gpu([
        new DrmCards(settings.roots, settings.reads),
        // nvidia-smi would report the cards of this machine instead.
        ...(settings.roots.recorded ? [] : [linuxNvidia(settings)]),
      ]),
  },
  { platforms: MAC, create: () => new OsCpu('macOS') },
  { platforms: MAC, create: () => new OsLoad() },
  { platforms: MAC, create: () => new mac.MacMemory() },
  { platforms: MAC, create: ({ reads }) => new mac.MacFilesystems(reads) },
  { platforms: MAC, create: () => new mac.MacDisks() },
  { platforms: MAC, create: () => new mac.MacNetwork() },
  { platforms: MAC, create: () => new mac.MacSensors() },
  { platforms: MAC, create: () => new mac.MacBatteries() },
  { platforms: MAC, create: () => new mac.MacProcesses() },
  { platforms: MAC, create: () => new Gpu([new mac.MacGpus()]) },
  { platforms: WINDOWS, create: () => new OsCpu('Windows') },
  { platforms: WINDOWS, create: () => new OsLoad() },
  {
    platforms: WINDOWS,
    create: () => new Windows((onLine, ended) => startLines('windowsLoop', onLine, ended)),
  },
  { platforms: WINDOWS, create: (settings) => new Gpu([nvidia(settings, 'unknown')]) },
  { platforms: MAC_AND_WINDOWS, create: () => new Uptime() },
];

function nvidia(
  { intervalMs }: CollectorSettings,
  power: 'unknown' | (() => ReturnType<typeof nvidiaPower>),
  maySleep: () => boolean = () => false,
): Nvidia {
  const isQuick = intervalMs < 5_000;
  const command = isQuick ? 'nvidiaEverySecond' : 'nvidiaEvery5Seconds';
  return new Nvidia({
    installed: () => findCommand(command) !== null,
    start: (onLine, ended) => startLines(command, onLine, ended),
    power: power === 'unknown' ? () => power : power,
    maySleep,
    now: () => performance.now(),
    freshMs: isQuick ? 5_000 : 15_000,
  });
}

function linuxNvidia(settings: CollectorSettings): Nvidia {
  const { roots } = settings;
  return nvidia(
    settings,
    () => nvidiaPower(roots),
    () => nvidiaMaySleep(roots),
  );
}

/** New collectors for `platform`. */
export function createCollectors(
  platform: NodeJS.Platform,
  settings: { intervalMs: number; roots?: Roots },
): Collector[] {
  const deadlineMs = deviceDeadlineMs(settings.intervalMs);
  const full = { roots: SYSTEM_ROOTS, ...settings, reads: new DeviceReads({ deadlineMs }) };
  return COLLECTORS.filter((entry) => entry.platforms.includes(platform)).map((entry) =>
    entry.create(full),
  );
}
