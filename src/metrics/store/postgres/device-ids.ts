/** Device names to integer ids, so that history rows stay small. */
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { type DeviceRow, deviceCacheKey } from '../devices.js';

/** Devices whose id is remembered. */
const REMEMBERED_DEVICES = 1_000_000;

/** Looks up and creates devices. */
export class DeviceIds {
  private readonly ids = new LRUCache<string, number>({ max: REMEMBERED_DEVICES });

  constructor(private readonly pool: Pool) {}

  /** The id of every row's device, creating those that are new. */
  async resolve(rows: readonly DeviceRow[]): Promise<number[]> {
    const unknown = rows.filter((row) => !this.ids.has(deviceCacheKey(row)));
    if (unknown.length > 0) {
      await this.load(unknown);
    }
    const found = rows.map((row) => this.ids.get(deviceCacheKey(row)));
    if (found.every((id) => id !== undefined)) {
      return found;
    }
    throw new Error('a device that was just created cannot be found');
  }

  /** Forgets a machine's devices after they are deleted. */
  forget(machine: number): void {
    const prefix = `${machine}/`;
    for (const key of this.ids.keys()) {
      if (key.startsWith(prefix)) {
        this.ids.delete(key);
      }
    }
  }

  /** Looks first, for an insert takes an id from the sequence even where it changes nothing. */
  private async load(rows: readonly DeviceRow[]): Promise<void> {
    const distinct = new Map(rows.map((row) => [deviceCacheKey(row), row]));
    const wanted = [...distinct.keys()].sort().flatMap((key) => distinct.get(key) ?? []);
    await this.find(wanted);
    const absent = wanted.filter((row) => !this.ids.has(deviceCacheKey(row)));
    if (absent.length > 0) {
      await this.pool.query(
        `INSERT INTO devices (machine, kind, name)
         SELECT * FROM unnest($1::int[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
        columnsOf(absent),
      );
      await this.find(absent);
    }
  }

  private async find(rows: readonly DeviceRow[]): Promise<void> {
    const { rows: found } = await this.pool.query<DeviceRow & { id: number }>(
      `SELECT id, machine, kind, name FROM devices
       JOIN unnest($1::int[], $2::text[], $3::text[]) AS wanted (machine, kind, name)
       USING (machine, kind, name)`,
      columnsOf(rows),
    );
    for (const device of found) {
      this.ids.set(deviceCacheKey(device), device.id);
    }
  }
}

function columnsOf(rows: readonly DeviceRow[]): [number[], string[], string[]] {
  return [
    rows.map(({ machine }) => machine),
    rows.map(({ kind }) => kind),
    rows.map(({ name }) => name),
  ];
}
