/** Charge of the machine's batteries, from /sys/class/power_supply (kernel: ABI/sysfs-class-power). */
import type { DeviceSample } from '../../../../src/contracts/index.js';
import { batteryCharge } from '../battery.js';
import type { Collector, Reading } from '../collector.js';
import { listFolder, type Roots, readNumber, readText } from './roots.js';

/** Batteries of the machine itself, not of mice and headsets. */
export class LinuxBatteries implements Collector {
  readonly name = 'batteries';
  readonly provides = [] as const;
  readonly restMs = 30_000;

  constructor(private readonly roots: Roots) {}

  collect(): Reading {
    const base = `${this.roots.sys}/class/power_supply`;
    const batteries: DeviceSample<'battery'>[] = [];
    for (const name of listFolder(base)) {
      if (readText(`${base}/${name}/type`) !== 'Battery') continue;
      if (readText(`${base}/${name}/scope`) === 'Device') continue;
      batteries.push({ name, charge: chargeOf(`${base}/${name}`) });
    }
    return { devices: { batteries } };
  }
}

/** Percent; some drivers give only energy or charge, now and when full, and some a capacity that cannot be. */
function chargeOf(path: string): number | null {
  const capacity = readNumber(`${path}/capacity`);
  const charge = capacity === null ? null : batteryCharge(capacity);
  if (charge !== null) return charge;
  for (const quantity of ['energy', 'charge']) {
    const now = readNumber(`${path}/${quantity}_now`);
    const full = readNumber(`${path}/${quantity}_full`);
    if (now !== null && full) return batteryCharge((100 * now) / full);
  }
  return null;
}
