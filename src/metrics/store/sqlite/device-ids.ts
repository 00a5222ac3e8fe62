/** Device names to integer ids on SQLite. */
import type Database from 'better-sqlite3';
import { boundedCache } from '../../../common/bounded-cache.js';
import { admitDevices, NOT_STORED } from '../device-limits.js';
import { type DeviceRow, deviceCacheKey } from '../devices.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';

/** Devices whose id is remembered. */
const REMEMBERED_DEVICES = 1_000_000;

/** Looks up and creates devices. */
export class SqliteDeviceIds {
  private readonly ids = boundedCache<number>(REMEMBERED_DEVICES);
  private readonly select: Database.Statement;
  private readonly count: Database.Statement;
  private readonly insert: Database.Statement;

  constructor(
    private readonly connection: Database.Database,
    private readonly refusedDevices: RefusedDevicesService,
  ) {
    this.select = connection
      .prepare('SELECT id FROM devices WHERE machine = ? AND kind = ? AND name = ?')
      .pluck();
    this.count = connection
      .prepare('SELECT count(*) FROM devices WHERE machine = ? AND kind = ?')
      .pluck();
    this.insert = connection.prepare(
      'INSERT INTO devices (machine, kind, name, last_seen) VALUES (?, ?, ?, ?)',
    );
  }

  /** The ids of devices, which are created if there is room; else NOT_STORED. */
  idsOf(devices: readonly DeviceRow[]): number[] {
    if (devices.every((device) => this.ids.has(deviceCacheKey(device)))) {
      return devices.map((device) => this.idOf(device));
    }
    return this.connection.transaction(() => devices.map((device) => this.idOf(device)))();
  }

  private idOf(device: DeviceRow): number {
    const cacheKey = deviceCacheKey(device);
    let id = this.ids.get(cacheKey);
    if (id === undefined) {
      const { machine, kind, name } = device;
      id = Number(this.select.get(machine, kind, name) ?? this.create(device));
      this.ids.set(cacheKey, id);
    }
    return id;
  }

  /** Forgets all ids. */
  clear(): void {
    this.ids.clear();
  }

  private create(device: DeviceRow): number {
    const { refused } = admitDevices([device], (machine, kind) =>
      Number(this.count.get(machine, kind)),
    );
    if (refused.length > 0) {
      this.refusedDevices.report(refused);
      return NOT_STORED;
    }
    const { machine, kind, name, timestamp } = device;
    return Number(this.insert.run(machine, kind, name, timestamp).lastInsertRowid);
  }
}
