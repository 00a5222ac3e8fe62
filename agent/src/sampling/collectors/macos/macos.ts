/** macOS, through its own tools with fixed arguments. */
import { totalmem } from 'node:os';
import { type CommandName, runCommand } from '../../../shared/commands.js';
import { Unavailable } from '../../../shared/errors.js';
import type { Collector, Reading } from '../collector.js';
import { diskReading, interfaceReading } from '../device-readings.js';
import type { DeviceReads } from '../device-reads.js';
import { filesystemReading, statFilesystem } from '../filesystem-usage.js';
import type { GpuCard, GpuSource } from '../gpu/gpu-reading.js';
import { RateTracker } from '../rates.js';
import * as parse from './parse.js';

const TIMEOUT_MS = 4_000;
/**
 * Every value requires a program to run, so values are not read more often than at the default
 * interval.
 */
const REST_MS = 5_000;

/** Runs one of the listed programs; replaced in tests. */
export type RunTool = (name: CommandName) => Promise<string>;

const runTool: RunTool = (name) => runCommand(name, TIMEOUT_MS);

/** Memory as in Activity Monitor, and swap. */
export class MacMemory implements Collector {
  readonly name = 'memory';
  readonly provides = ['ram', 'swap'] as const;
  readonly restMs = REST_MS;

  constructor(
    private readonly tool: RunTool = runTool,
    private readonly total = totalmem(),
  ) {}

  async collect(): Promise<Reading> {
    const [memory, swapUsage] = await Promise.all([this.tool('macVmStat'), this.tool('macSwap')]);
    const parsed = parse.parseVmStat(memory);
    if (!parsed) throw new Unavailable('failed', 'vm_stat is not in the expected format');
    const { used } = parsed;
    const swap = swapShare(parse.parseSwapUsage(swapUsage));
    const ram = used !== null && used <= this.total ? (100 * used) / this.total : null;
    return {
      metrics: { ram, swap: swap.value },
      missing: {
        ...(ram === null && { ram: 'vm_stat contradicts itself about memory' }),
        ...(swap.value === null && { swap: swap.reason }),
      },
    };
  }
}

/** Swap in use in percent, or the reason why it is unknown. */
function swapShare(
  usage: { total: number; used: number } | null,
): { value: number } | { value: null; reason: string } {
  if (!usage) return { value: null, reason: 'vm.swapusage is not in the expected format' };
  const { total, used } = usage;
  // macOS creates swap files when it needs them.
  if (total === 0 && used === 0) return { value: null, reason: 'no swap on this machine' };
  if (used > total) return { value: null, reason: 'vm.swapusage contradicts itself' };
  return { value: (100 * used) / total };
}

/** Volumes, one for each partition or APFS container. */
export class MacFilesystems implements Collector {
  readonly name = 'filesystems';
  readonly provides = ['disk'] as const;
  readonly restMs = 10_000;

  constructor(
    private readonly reads: DeviceReads,
    private readonly tool: RunTool = runTool,
  ) {}

  async collect(): Promise<Reading> {
    const [mounts, disks] = await Promise.all([this.tool('macMounts'), this.tool('macDisks')]);
    const { images } = parse.parseIoregDisks(disks);
    const measured = parse.parseMount(mounts, images).map(async ({ mountPoint }) => ({
      name: mountPoint,
      local: true,
      pool: null,
      ...(await statFilesystem(this.reads, mountPoint)),
    }));
    return filesystemReading(await Promise.all(measured));
  }
}

/** Bytes counted by the disks' drivers. */
export class MacDisks implements Collector {
  readonly name = 'disks';
  readonly provides = ['disk_read', 'disk_write'] as const;
  readonly restMs = REST_MS;
  private readonly tracker = new RateTracker<'read' | 'write'>();

  constructor(private readonly tool: RunTool = runTool) {}

  async collect(nowMs: number): Promise<Reading> {
    const { disks } = parse.parseIoregDisks(await this.tool('macDisks'));
    return diskReading(this.tracker.update(disks, nowMs), () => null);
  }
}

/** Bytes of all links; Ethernet and Wi-Fi (`en…`) are the physical ones. */
export class MacNetwork implements Collector {
  readonly name = 'network';
  readonly provides = ['network_in', 'network_out'] as const;
  readonly restMs = REST_MS;
  private readonly tracker = new RateTracker<'network_in' | 'network_out'>();

  constructor(private readonly tool: RunTool = runTool) {}

  async collect(nowMs: number): Promise<Reading> {
    const links = parse.parseNetstat(await this.tool('macNetstat'));
    for (const [name, { network_in, network_out }] of links) {
      if (name === 'lo0' || network_in + network_out === 0) links.delete(name);
    }
    const rates = this.tracker.update(links, nowMs);
    const reading = interfaceReading(rates, isPhysical);
    for (const [name, { network_out }] of rates) {
      // A silent link may have no cable; one that sends is in use.
      if (!isPhysical(name) || !Number.isNaN(links.get(name)?.network_in) || !network_out.value)
        continue;
      reading.metrics = { ...reading.metrics, network_in: null };
      reading.missing = {
        ...reading.missing,
        network_in: `macOS does not count what ${name} receives`,
      };
    }
    return reading;
  }
}

function isPhysical(name: string): boolean {
  return /^en\d+$/.test(name);
}

/** Charge of the batteries. */
export class MacBatteries implements Collector {
  readonly name = 'batteries';
  readonly provides = [] as const;
  readonly restMs = 60_000;

  constructor(private readonly tool: RunTool = runTool) {}

  async collect(): Promise<Reading> {
    return { devices: { batteries: parse.parsePmset(await this.tool('macBatteries')) } };
  }
}

/** Number of processes. */
export class MacProcesses implements Collector {
  readonly name = 'processes';
  readonly provides = ['processes'] as const;
  readonly restMs = 30_000;

  constructor(private readonly tool: RunTool = runTool) {}

  async collect(): Promise<Reading> {
    return { metrics: { processes: parse.countProcesses(await this.tool('macProcesses')) } };
  }
}

/** Reading temperatures requires an entitlement that no script can have. */
export class MacSensors implements Collector {
  readonly name = 'sensors';
  readonly provides = ['temperature'] as const;
  readonly restMs = 3_600_000;

  collect(): Reading {
    throw new Unavailable('not_permitted', 'macOS tells temperatures to signed system tools only');
  }
}

/** Graphics cards of Apple and others, from the I/O registry. */
export class MacGpus implements GpuSource {
  constructor(private readonly tool: RunTool = runTool) {}

  async cards(): Promise<GpuCard[]> {
    return parse.parseIoregGpus(await this.tool('macGpus'));
  }
}
