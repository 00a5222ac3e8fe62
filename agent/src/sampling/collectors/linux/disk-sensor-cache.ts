/**
 * Sensors of a disk. Each reading is a command to the disk, which may prevent it from spinning down
 * (kernel: hwmon/drivetemp) or from a deeper sleep state. So a disk is rarely read, and never while
 * it is idle.
 */

import { readText } from '../../../shared/roots.js';
import type { SensorValue } from './device-files.js';

const READ_EVERY_MS = 60_000;
/** Many disks together may exceed the deadline; their values arrive soon after it. */
const RETRY_MS = 5_000;
/**
 * Temperatures of disks change slowly: the values of a disk that is not read stay valid for this
 * long.
 */
const VALID_MS = 5 * 60_000;

/** The newest values of the sensors of one disk. Times are monotonic. */
export class DiskSensorCache {
  private values: readonly SensorValue[] = [];
  private readMs = Number.NEGATIVE_INFINITY;
  private attemptedMs = Number.NEGATIVE_INFINITY;
  private transfers: string | null = null;

  /** `disk` is the folder in /sys/block of a disk that may spin; `null` if there is none. */
  constructor(private readonly disk: string | null) {}

  /**
   * Calls `readSensors` if it is due and the disk has been used since the last time. Returns no
   * values if none is valid.
   */
  async read(
    nowMs: number,
    readSensors: () => Promise<readonly SensorValue[]>,
  ): Promise<readonly SensorValue[]> {
    const sinceMs = nowMs - this.attemptedMs;
    const hasFailed = this.values.some(({ problem }) => problem !== null);
    if (hasFailed ? sinceMs >= RETRY_MS : sinceMs >= READ_EVERY_MS && this.detectUse()) {
      this.attemptedMs = nowMs;
      this.values = await readSensors();
      this.readMs = nowMs;
    }
    return nowMs - this.readMs <= VALID_MS ? this.values : [];
  }

  /**
   * True if the disk has been read or written since the last call. The kernel does not count
   * commands such as those for the temperature.
   */
  private detectUse(): boolean {
    if (this.disk === null || readText(`${this.disk}/queue/rotational`) !== '1') return true;
    const fields = readText(`${this.disk}/stat`)?.split(/\s+/);
    if (!fields) return true;
    // Completed reads and writes (kernel: block/stat).
    const transfers = `${fields[0]} ${fields[4]}`;
    const wasUsed = transfers !== this.transfers;
    this.transfers = transfers;
    return wasUsed;
  }
}
