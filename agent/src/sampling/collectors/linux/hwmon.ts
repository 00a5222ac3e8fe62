/** Temperatures and fans from /sys/class/hwmon and /sys/class/thermal (kernel: hwmon/sysfs-interface). */
import type { DeviceSample } from '../../../../../src/contracts/index.js';
import { Unavailable } from '../../../shared/errors.js';
import { linkName, listFolder, type Roots, readText, realPath } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import type { DeviceReads } from '../device-reads.js';
import { DeviceFiles, NO_VALUE, readDeviceText, type SensorValue } from './device-files.js';
import { DiskSensorCache } from './disk-sensor-cache.js';
import { ProcFile } from './proc-file.js';

/** Chips come and go with modules and devices: search for them again this often. */
const RESCAN_MS = 60_000;

/** Chips of graphics cards: reading them would wake a sleeping card. */
const MAY_SLEEP = new Set(['amdgpu', 'radeon', 'nouveau', 'i915', 'xe']);

/** Chips of disks, for which each reading is a command to the disk. */
const DISKS = new Set(['drivetemp', 'nvme']);

const INPUT = /^(temp|fan)(\d+)_input$/;

/** One temperature or fan of a chip. */
interface Source {
  name: string;
  kind: 'temperature' | 'fan';
  /** Distinguishes sensors of equal name. */
  place: string;
  /** The index of the file with the value. */
  value: number;
  /** The index of the file that reports a broken sensor; `null` if the chip has none. */
  fault: number | null;
}

interface Chip {
  path: string;
  sources: Source[];
  files: DeviceFiles;
  /** Power state of the device; `null` if it never sleeps. */
  power: ProcFile | null;
  /** Limits how often the disk is read; `null` if reading has no effect on the device. */
  spared: DiskSensorCache | null;
}

/** Every temperature and fan known to the kernel; `temperature` is the CPU's if that is known. */
export class LinuxHwmon implements Collector {
  readonly name = 'sensors';
  readonly provides = ['temperature'] as const;
  private chips: Chip[] = [];
  private scannedMs: number | null = null;

  constructor(
    private readonly roots: Roots,
    private readonly reads: DeviceReads,
  ) {}

  async collect(nowMs: number): Promise<Reading> {
    if (this.scannedMs === null || nowMs - this.scannedMs >= RESCAN_MS) {
      this.scannedMs = nowMs;
      await this.rescan();
    }
    const told = await Promise.all(this.chips.map((chip) => readChip(chip, nowMs)));
    const sensors: DeviceSample<'sensor'>[] = [];
    const fans: DeviceSample<'fan'>[] = [];
    const problems = new Map<string, string>();
    this.chips.forEach((chip, index) => {
      for (const source of chip.sources) {
        const { kind, name } = source;
        const { value, problem } = valueFrom(source, told[index] ?? []);
        if (kind === 'fan') fans.push({ name, speed: value });
        // The kernel reports thousandths of a degree.
        else sensors.push({ name, temperature: value === null ? null : value / 1000 });
        if (kind === 'temperature' && problem !== null) problems.set(name, problem);
      }
    });
    const { temperature, reason } = cpuTemperature(sensors, problems);
    const reading: Reading = { metrics: { temperature }, devices: { sensors, fans } };
    return reason === null ? reading : { ...reading, missing: { temperature: reason } };
  }

  close(): void {
    for (const { files, power } of this.chips) {
      files.close();
      power?.close();
    }
    this.chips = [];
  }

  private async rescan(): Promise<void> {
    const spared = new Map(this.chips.map(({ path, spared }) => [path, spared]));
    this.close();
    const chips = await this.findChips();
    for (const chip of chips) chip.spared = spared.get(chip.path) ?? chip.spared;
    this.chips = withDistinctNames([...chips, ...this.zones()]);
  }

  private async findChips(): Promise<Chip[]> {
    const base = `${this.roots.sys}/class/hwmon`;
    const chips = listFolder(base).map((folder) => {
      const path = sensorFolder(`${base}/${folder}`);
      const device = linkName(`${base}/${folder}/device`);
      return { path, chip: readText(`${path}/name`) ?? folder, device };
    });
    const count = new Map<string, number>();
    for (const { chip } of chips) count.set(chip, (count.get(chip) ?? 0) + 1);
    const found = chips.map(({ path, chip, device }) => {
      // The GPU collector respects sleeping cards and reports their temperatures.
      if (MAY_SLEEP.has(chip) && readText(`${path}/device/power/control`) === 'auto') return [];
      // hwmon numbers change between boots: the device's name distinguishes two identical chips.
      const shown = (count.get(chip) ?? 0) > 1 && device ? `${chip} ${device}` : chip;
      return this.chip(path, chip, shown);
    });
    return (await Promise.all(found)).flat();
  }

  private async chip(path: string, chip: string, shown: string): Promise<Chip> {
    const device = realPath(`${path}/device`);
    const present = listFolder(path);
    const paths: string[] = [];
    const fileOf = (name: string) => paths.push(`${path}/${name}`) - 1;
    const sources = present.flatMap((name): Source[] => {
      const [, prefix, number] = INPUT.exec(name) ?? [];
      if (prefix === undefined) return [];
      const place = `${prefix}${number}`;
      return [
        {
          name: place,
          kind: prefix === 'fan' ? 'fan' : 'temperature',
          place,
          value: fileOf(name),
          fault: present.includes(`${place}_fault`) ? fileOf(`${place}_fault`) : null,
        },
      ];
    });
    await Promise.all(
      sources.map(async (source) => {
        const { place } = source;
        const label = present.includes(`${place}_label`)
          ? await readDeviceText(this.reads, device, `${path}/${place}_label`)
          : null;
        source.name = `${shown} ${label || place}`;
      }),
    );
    return {
      path,
      sources: sources.sort((a, b) => (a.name < b.name ? -1 : 1)),
      files: new DeviceFiles(device, paths, this.reads),
      power: MAY_SLEEP.has(chip) ? new ProcFile(`${path}/device/power/runtime_status`) : null,
      spared: DISKS.has(chip) ? new DiskSensorCache(diskOf(path)) : null,
    };
  }

  /** Thermal zones that no hwmon chip reports already, as on small boards. */
  private zones(): Chip[] {
    const base = `${this.roots.sys}/class/thermal`;
    const zones = listFolder(base).filter((name) => /^thermal_zone\d+$/.test(name));
    return zones
      .filter((zone) => !listFolder(`${base}/${zone}`).some((name) => /^hwmon\d+$/.test(name)))
      .map((zone) => {
        const path = `${base}/${zone}`;
        const name = `${readText(`${path}/type`) ?? 'thermal'} ${zone.replace('thermal_', '')}`;
        return {
          path,
          sources: [{ name, kind: 'temperature', place: zone, value: 0, fault: null }],
          files: new DeviceFiles(path, [`${path}/temp`], this.reads),
          power: null,
          spared: null,
        };
      });
  }
}

/** Older drivers, such as the one for Apple notebooks, keep the sensors in the device's folder. */
function sensorFolder(path: string): string {
  const hasSensors = (folder: string) => listFolder(folder).some((name) => INPUT.test(name));
  return !hasSensors(path) && hasSensors(`${path}/device`) ? `${path}/device` : path;
}

/**
 * The folder of the disk that a chip belongs to; `null` if it has none of its own, such as an NVMe
 * controller.
 */
function diskOf(path: string): string | null {
  const [disk] = listFolder(`${path}/device/block`);
  return disk === undefined ? null : `${path}/device/block/${disk}`;
}

/** Some drivers give two sensors the same label: their names are then made unique. */
function withDistinctNames(chips: Chip[]): Chip[] {
  const count = new Map<string, number>();
  const keyOf = ({ kind, name }: Source) => `${kind} ${name}`;
  const all = chips.flatMap(({ sources }) => sources);
  for (const source of all) count.set(keyOf(source), (count.get(keyOf(source)) ?? 0) + 1);
  const alike = all.filter((source) => (count.get(keyOf(source)) ?? 0) > 1);
  for (const source of alike) source.name = `${source.name} ${source.place}`;
  return chips;
}

/** The values of the chip's files; none if its device sleeps. */
async function readChip(
  { files, power, spared }: Chip,
  nowMs: number,
): Promise<readonly SensorValue[]> {
  if (power && isSuspended(power)) return [];
  return spared ? spared.read(nowMs, () => files.read()) : files.read();
}

/** A device that has just been removed does not count as asleep: its sensor reports the removal. */
function isSuspended(power: ProcFile): boolean {
  try {
    return power.read().trim() === 'suspended';
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

function valueFrom({ value, fault }: Source, told: readonly SensorValue[]): SensorValue {
  const isBroken = fault !== null && told[fault]?.value === 1;
  return isBroken ? NO_VALUE : (told[value] ?? NO_VALUE);
}
