/** Charge of the machine's batteries, from /sys/class/power_supply (kernel: ABI/sysfs-class-power). */

import { listFolder, numberIn, type Roots, readText } from '../../../shared/roots.js';
import { batteryCharge } from '../battery.js';
import type { Collector, Reading } from '../collector.js';
import type { DeviceReads } from '../device-reads.js';
import { readDeviceText } from './device-files.js';

/** Batteries of the machine itself, not of mice and headsets. */
export class LinuxBatteries implements Collector {
  readonly name = 'batteries';
  readonly provides = [] as const;
  readonly restMs = 30_000;

  constructor(
    private readonly roots: Roots,
    private readonly reads: DeviceReads,
  ) {}

  async collect(): Promise<Reading> {
    const base = `${this.roots.sys}/class/power_supply`;
    const own = listFolder(base).filter(
      (name) =>
        readText(`${base}/${name}/type`) === 'Battery' &&
        readText(`${base}/${name}/scope`) !== 'Device',
    );
    const batteries = await Promise.all(
      own.map(async (name) => ({ name, charge: await this.chargeOf(`${base}/${name}`) })),
    );
    return { devices: { batteries } };
  }

  /**
   * Percent. Some drivers report only energy or charge, current and full, and some an impossible
   * capacity.
   */
  private async chargeOf(path: string): Promise<number | null> {
    const read = async (name: string) =>
      numberIn((await readDeviceText(this.reads, path, `${path}/${name}`)) ?? '');
    const capacity = await read('capacity');
    const charge = capacity === null ? null : batteryCharge(capacity);
    if (charge !== null) return charge;
    for (const quantity of ['energy', 'charge']) {
      const now = await read(`${quantity}_now`);
      const full = await read(`${quantity}_full`);
      if (now !== null && full) return batteryCharge((100 * now) / full);
    }
    return null;
  }
}
