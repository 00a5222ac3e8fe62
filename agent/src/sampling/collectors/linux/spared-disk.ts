/**
 * The sensors of a disk. Each reading is a command to the disk, which may keep it from spinning down
 * (kernel: hwmon/drivetemp) or from a deeper sleep, so it is asked rarely, and not while it is idle.
 */

import { readText } from '../../../shared/roots.js';
import type { Told } from './device-files.js';

const ASK_EVERY_MS = 60_000;
/** Many disks together may take longer than anybody waits: their answers are there soon after. */
const RETRY_MS = 5_000;
/** A disk's warmth changes slowly: for this long the values of a disk that is left alone stand. */
const KEPT_MS = 5 * 60_000;

/** The newest values of the sensors of one disk. Times are monotonic. */
export class SparedDisk {
  private told: readonly Told[] = [];
  private toldMs = Number.NEGATIVE_INFINITY;
  private askedMs = Number.NEGATIVE_INFINITY;
  private transfers: string | null = null;

  /** `disk` is the folder of a disk that may spin, in /sys/block; `null` if there is none. */
  constructor(private readonly disk: string | null) {}

  /** Reads by `ask` if it is time to, and the disk was used since the last time; nothing if nothing is known. */
  async read(nowMs: number, ask: () => Promise<readonly Told[]>): Promise<readonly Told[]> {
    const sinceMs = nowMs - this.askedMs;
    const hasFailed = this.told.some(({ problem }) => problem !== null);
    if (hasFailed ? sinceMs >= RETRY_MS : sinceMs >= ASK_EVERY_MS && this.wasUsed()) {
      this.askedMs = nowMs;
      this.told = await ask();
      this.toldMs = nowMs;
    }
    return nowMs - this.toldMs <= KEPT_MS ? this.told : [];
  }

  /** Commands such as the one for the temperature are not among the transfers that the kernel counts. */
  private wasUsed(): boolean {
    if (this.disk === null || readText(`${this.disk}/queue/rotational`) !== '1') return true;
    const fields = readText(`${this.disk}/stat`)?.split(/\s+/);
    if (!fields) return true;
    // Reads and writes that are done (kernel: block/stat).
    const transfers = `${fields[0]} ${fields[4]}`;
    const wasUsed = transfers !== this.transfers;
    this.transfers = transfers;
    return wasUsed;
  }
}
