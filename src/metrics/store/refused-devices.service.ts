/** Reports devices that are not stored because their machine has too many. */
import { Injectable, Logger } from '@nestjs/common';
import { counter } from '../../common/metrics.js';
import { DEVICE_CATALOG } from '../../contracts/index.js';
import { DEVICE_LIMITS } from './device-limits.js';
import type { DeviceRow } from './devices.js';

/** Counts refused devices and writes them to the log. */
@Injectable()
export class RefusedDevicesService {
  private readonly logger = new Logger('Devices');
  private readonly dropped = counter({
    name: 'procspy_devices_dropped_total',
    help: 'New devices that were not stored because their machine has too many of their kind.',
    labelNames: ['kind'] as const,
  });

  /** Reports new devices that were refused. */
  report(rows: readonly Pick<DeviceRow, 'machine' | 'kind'>[]): void {
    const counts = new Map<string, number>();
    for (const { machine, kind } of rows) {
      this.dropped.inc({ kind });
      const what = `devices.${DEVICE_CATALOG[kind].list} of the machine with the internal key ${machine}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    for (const [what, count] of counts) {
      this.logger.warn(
        `${what}: ${DEVICE_LIMITS.known} are known, ${count} new ones are not stored`,
      );
    }
  }
}
