/** The write path on SQLite: one transaction a group. */
import type Database from 'better-sqlite3';
import { boundedCache } from '../../../common/bounded-cache.js';
import { DEVICE_METRIC_NAMES, METRIC_NAMES, TIER_BUCKET_MS } from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { admitDevices, NOT_STORED } from '../device-limits.js';
import { type DeviceRow, deviceCacheKey, deviceRows } from '../devices.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';
import { DEVICE_SERIES, MACHINE_SERIES, type SeriesFamily } from '../series.js';
import type { StoreState } from '../state.js';

/** Devices whose id is remembered. */
const REMEMBERED_DEVICES = 100_000;

/** Writes groups of samples. */
export class SqliteWriter {
  private readonly insertMachineRow: Database.Statement;
  private readonly insertDeviceRow: Database.Statement;
  private readonly insertDevice: Database.Statement;
  private readonly countDevices: Database.Statement;
  private readonly selectDevice: Database.Statement;
  private readonly insertDirty: Database.Statement;
  private readonly deviceIds = boundedCache<number>(REMEMBERED_DEVICES);
  private readonly writeGroup: (samples: readonly Sample[], state: StoreState) => Sample[];

  constructor(
    connection: Database.Database,
    private readonly refusedDevices: RefusedDevicesService,
  ) {
    this.insertMachineRow = connection.prepare(
      insertSql(MACHINE_SERIES, [...METRIC_NAMES, 'missing']),
    );
    this.insertDeviceRow = connection.prepare(insertSql(DEVICE_SERIES, DEVICE_METRIC_NAMES));
    this.insertDevice = connection.prepare(
      'INSERT INTO devices (machine, kind, name) VALUES (?, ?, ?)',
    );
    this.countDevices = connection
      .prepare('SELECT count(*) FROM devices WHERE machine = ? AND kind = ?')
      .pluck();
    this.selectDevice = connection
      .prepare('SELECT id FROM devices WHERE machine = ? AND kind = ? AND name = ?')
      .pluck();
    this.insertDirty = connection.prepare(
      'INSERT INTO dirty_buckets (tier, family, series, start) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    const transaction = connection.transaction((samples: readonly Sample[], state: StoreState) =>
      this.insert(samples, state),
    );
    this.writeGroup = (samples, state) => transaction.immediate(samples, state);
  }

  /** Stores the samples and their devices in one transaction; answers the samples that were new. */
  write(samples: readonly Sample[], state: StoreState): Sample[] {
    try {
      return this.writeGroup(samples, state);
    } catch (error) {
      // Ids that this transaction created are gone with it.
      this.deviceIds.clear();
      throw error;
    }
  }

  /** Forgets all devices after some were deleted. */
  forgetDevices(): void {
    this.deviceIds.clear();
  }

  private insert(samples: readonly Sample[], state: StoreState): Sample[] {
    const stored = samples.filter((sample) => this.insertSample(sample));
    for (const { machineKey: machine, timestamp } of stored) {
      this.markDirty(MACHINE_SERIES, machine, timestamp, state);
    }
    for (const row of deviceRows(stored)) {
      const id = this.deviceId(row);
      if (id !== NOT_STORED) {
        this.insertDeviceRow.run(id, row.timestamp, ...row.values);
        this.markDirty(DEVICE_SERIES, id, row.timestamp, state);
      }
    }
    return stored;
  }

  private insertSample({ machineKey: machine, timestamp, values, missing }: Sample): boolean {
    const numbers = METRIC_NAMES.map((name) => values[name] ?? null);
    const text = missing ? JSON.stringify(missing) : null;
    return this.insertMachineRow.run(machine, timestamp, ...numbers, text).changes === 1;
  }

  private deviceId(device: DeviceRow): number {
    const cacheKey = deviceCacheKey(device);
    let id = this.deviceIds.get(cacheKey);
    if (id === undefined) {
      const { machine, kind, name } = device;
      id = Number(this.selectDevice.get(machine, kind, name) ?? this.createDevice(device));
      this.deviceIds.set(cacheKey, id);
    }
    return id;
  }

  private createDevice(device: DeviceRow): number {
    const { refused } = admitDevices([device], (machine, kind) =>
      Number(this.countDevices.get(machine, kind)),
    );
    if (refused.length > 0) {
      this.refusedDevices.report(refused);
      return NOT_STORED;
    }
    const { machine, kind, name } = device;
    return Number(this.insertDevice.run(machine, kind, name).lastInsertRowid);
  }

  private markDirty(
    family: SeriesFamily,
    series: number,
    timestamp: number,
    state: StoreState,
  ): void {
    if (timestamp < state['1m.closed']) {
      const width = TIER_BUCKET_MS['1m'];
      this.insertDirty.run('1m', family.table, series, Math.floor(timestamp / width) * width);
    }
  }
}

function insertSql(family: SeriesFamily, columns: readonly string[]): string {
  const names = [family.key, 'ts', ...columns];
  return `INSERT INTO ${family.table} (${names}) VALUES (${names.map(() => '?')}) ON CONFLICT DO NOTHING`;
}
