/** Temperatures and fans from /sys/class/hwmon and /sys/class/thermal (kernel: hwmon/sysfs-interface). */
import type { DeviceSample } from '../../../../src/contracts/index.js';
import { Unavailable } from '../../errors.js';
import type { Collector, Reading } from '../collector.js';
import { cpuTemperature } from '../cpu-temperature.js';
import { KeptFile } from './kept-file.js';
import { linkName, listFolder, type Roots, readText } from './roots.js';

/** Chips come and go with their modules and devices: look again this often. */
const RESCAN_MS = 60_000;

/** Chips of graphics cards: reading them would wake a card that sleeps. */
const MAY_SLEEP = new Set(['amdgpu', 'radeon', 'nouveau', 'i915', 'xe']);

const INPUT = /^(temp|fan)(\d+)_input$/;

interface Source {
  name: string;
  kind: 'temperature' | 'fan';
  /** Tells two sensors of one name apart. */
  place: string;
  file: KeptFile;
  /** Where the chip tells that the sensor is broken, if it can. */
  fault: KeptFile | null;
  /** Power state of the device behind it; `null` where it never sleeps. */
  power: KeptFile | null;
}

/** Every temperature and fan the kernel knows; `temperature` is the CPU's where one is known. */
export class LinuxHwmon implements Collector {
  readonly name = 'sensors';
  readonly provides = ['temperature'] as const;
  private sources: Source[] = [];
  private scannedMs: number | null = null;

  constructor(private readonly roots: Roots) {}

  collect(nowMs: number): Reading {
    if (this.scannedMs === null || nowMs - this.scannedMs >= RESCAN_MS) {
      this.scannedMs = nowMs;
      this.rescan();
    }
    const sensors: DeviceSample<'sensor'>[] = [];
    const fans: DeviceSample<'fan'>[] = [];
    for (const source of this.sources) {
      const value = readSource(source);
      if (source.kind === 'fan') fans.push({ name: source.name, speed: value });
      // The kernel counts in thousandths of a degree.
      else sensors.push({ name: source.name, temperature: value === null ? null : value / 1000 });
    }
    const temperature = cpuTemperature(sensors);
    const reading: Reading = { metrics: { temperature }, devices: { sensors, fans } };
    if (temperature === null) {
      reading.missing = {
        temperature:
          sensors.length === 0
            ? 'no temperature sensor on this machine'
            : sensors.every((sensor) => sensor.temperature === null)
              ? 'no sensor answered'
              : 'no sensor is known to be that of the CPU',
      };
    }
    return reading;
  }

  close(): void {
    for (const { file, fault, power } of this.sources) {
      file.close();
      fault?.close();
      power?.close();
    }
    this.sources = [];
  }

  private rescan(): void {
    this.close();
    this.sources = withDistinctNames([...this.chips(), ...this.zones()]);
  }

  private chips(): Source[] {
    const base = `${this.roots.sys}/class/hwmon`;
    const chips = listFolder(base).map((folder) => {
      const path = sensorFolder(`${base}/${folder}`);
      const device = linkName(`${base}/${folder}/device`);
      return { path, chip: readText(`${path}/name`) ?? folder, device };
    });
    const count = new Map<string, number>();
    for (const { chip } of chips) count.set(chip, (count.get(chip) ?? 0) + 1);
    return chips.flatMap(({ path, chip, device }) => {
      // The collector of graphics cards lets these sleep, and tells their temperature.
      if (MAY_SLEEP.has(chip) && readText(`${path}/device/power/control`) === 'auto') return [];
      // hwmon numbers change from boot to boot: the device's name tells two alike chips apart.
      const shown = (count.get(chip) ?? 0) > 1 && device ? `${chip} ${device}` : chip;
      const power = MAY_SLEEP.has(chip) ? `${path}/device/power/runtime_status` : null;
      return chipSources(path, shown, power);
    });
  }

  /** Thermal zones that no hwmon chip shows already, as on small boards. */
  private zones(): Source[] {
    const base = `${this.roots.sys}/class/thermal`;
    const zones = listFolder(base).filter((name) => /^thermal_zone\d+$/.test(name));
    return zones
      .filter((zone) => !listFolder(`${base}/${zone}`).some((name) => /^hwmon\d+$/.test(name)))
      .map((zone) => ({
        name: `${readText(`${base}/${zone}/type`) ?? 'thermal'} ${zone.replace('thermal_', '')}`,
        kind: 'temperature',
        place: zone,
        file: new KeptFile(`${base}/${zone}/temp`),
        fault: null,
        power: null,
      }));
  }
}

/** Older drivers, as that of Apple's notebooks, keep their sensors with the device. */
function sensorFolder(path: string): string {
  const hasSensors = (folder: string) => listFolder(folder).some((name) => INPUT.test(name));
  return !hasSensors(path) && hasSensors(`${path}/device`) ? `${path}/device` : path;
}

function chipSources(path: string, chip: string, powerPath: string | null): Source[] {
  const sources: Source[] = [];
  const files = listFolder(path);
  for (const file of files) {
    const match = INPUT.exec(file);
    if (!match) continue;
    const [, prefix, index] = match;
    const label = readText(`${path}/${prefix}${index}_label`);
    sources.push({
      name: `${chip} ${label || `${prefix}${index}`}`,
      kind: prefix === 'fan' ? 'fan' : 'temperature',
      place: `${prefix}${index}`,
      file: new KeptFile(`${path}/${file}`),
      fault: files.includes(`${prefix}${index}_fault`)
        ? new KeptFile(`${path}/${prefix}${index}_fault`)
        : null,
      power: powerPath === null ? null : new KeptFile(powerPath),
    });
  }
  return sources.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Some drivers give two sensors one label: then both show which they are. */
function withDistinctNames(sources: Source[]): Source[] {
  const count = new Map<string, number>();
  const keyOf = ({ kind, name }: Source) => `${kind} ${name}`;
  for (const source of sources) {
    count.set(keyOf(source), (count.get(keyOf(source)) ?? 0) + 1);
  }
  return sources.map((source) =>
    (count.get(keyOf(source)) ?? 0) > 1
      ? { ...source, name: `${source.name} ${source.place}` }
      : source,
  );
}

/** Value of a sensor; `null` if its device sleeps, if it is broken, or if it does not answer just now. */
function readSource({ file, fault, power }: Source): number | null {
  try {
    if (power && power.read().trim() === 'suspended') return null;
    if (fault && fault.readNumber() === 1) return null;
    return file.readNumber();
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
}
