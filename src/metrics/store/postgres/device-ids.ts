/** Device names to integer ids, so that history rows stay small. */
import type { Pool } from 'pg';
import { boundedCache } from '../../../common/bounded-cache.js';
import { UnavailableError } from '../../../common/errors.js';
import type { DeviceKind } from '../../../contracts/index.js';
import { admitDevices, NOT_STORED } from '../device-limits.js';
import { type DeviceRow, deviceCacheKey } from '../devices.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';

/** Devices whose id is remembered. */
const REMEMBERED_DEVICES = 1_000_000;

/** Ids of some rows' devices, valid until devices are removed. */
export interface ResolvedDevices {
  /** In the order of the rows; NOT_STORED where the machine has too many. */
  ids: number[];
  /** The state's `devices.forgotten` that they belong to. */
  forgotten: number;
}

/** Looks up and creates devices. */
export class DeviceIds {
  private readonly ids = boundedCache<number>(REMEMBERED_DEVICES);
  private forgotten = 0;

  constructor(
    private readonly pool: Pool,
    private readonly refusedDevices: RefusedDevicesService,
  ) {}

  /** Forgets all ids if devices were removed since they were read. */
  sync(forgotten: number): void {
    if (forgotten !== this.forgotten) {
      this.ids.clear();
      this.forgotten = forgotten;
    }
  }

  /** The id of every row's device, creating those that are new while there is room. */
  async resolve(rows: readonly DeviceRow[]): Promise<ResolvedDevices> {
    const { forgotten } = this;
    const unknown = rows.filter((row) => !this.ids.has(deviceCacheKey(row)));
    if (unknown.length > 0) {
      await this.load(unknown);
    }
    const ids = rows.map((row) => this.ids.get(deviceCacheKey(row)));
    if (ids.every((id) => id !== undefined)) {
      return { ids, forgotten };
    }
    // Removed or forgotten since it was created a moment ago.
    throw new UnavailableError('database.busy', 'devices are being removed; push again');
  }

  /** Forgets a machine's devices after they are deleted. */
  forget(machineKey: number): void {
    const prefix = `${machineKey}/`;
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
      await this.create(absent);
    }
  }

  private async create(rows: readonly DeviceRow[]): Promise<void> {
    const counts = await this.counts(rows);
    const { admitted, refused } = admitDevices(
      rows,
      (machine, kind) => counts.get(`${machine}/${kind}`) ?? 0,
    );
    await this.pool.query(
      `INSERT INTO devices (machine, kind, name, last_seen)
       SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) ON CONFLICT DO NOTHING`,
      [...columnsOf(admitted), admitted.map(({ timestamp }) => timestamp)],
    );
    await this.find(admitted);
    for (const row of refused) {
      this.ids.set(deviceCacheKey(row), NOT_STORED);
    }
    this.refusedDevices.report(refused);
  }

  /** How many devices of each kind the machines have, by `machine/kind`. */
  private async counts(rows: readonly DeviceRow[]): Promise<Map<string, number>> {
    const machines = [...new Set(rows.map(({ machine }) => machine))];
    const { rows: counts } = await this.pool.query<{
      machine: number;
      kind: DeviceKind;
      count: string;
    }>(
      'SELECT machine, kind, count(*) FROM devices WHERE machine = ANY ($1) GROUP BY machine, kind',
      [machines],
    );
    return new Map(counts.map(({ machine, kind, count }) => [`${machine}/${kind}`, Number(count)]));
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
