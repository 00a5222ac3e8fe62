/** A database of the layout with a row for each sample and minute: it is taken over, and nothing is lost. */
import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { Columns1764000000800 } from '../../src/database/migrations/1764000000800-columns.js';
import { migrations } from '../../src/database/migrations/index.js';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { createMetricsStore } from '../../src/metrics/store/create-metrics-store.js';
import { Partitions } from '../../src/metrics/store/postgres/partitions.js';
import { RefusedDevicesService } from '../../src/metrics/store/refused-devices.service.js';
import { settleWithKills } from '../helpers/killed-settling.js';
import { DATABASES, type TestDatabase } from '../helpers/server.js';
import {
  deviceBuckets,
  machineBuckets,
  openTestStore,
  samplesIn,
  storeSample,
  type TestStore,
} from '../helpers/store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** When the new version is started. */
const NOW = Date.parse('2026-03-10T09:30:20Z');
/** The old one had rolled up what was before. */
const ROLLED = NOW - 80_000 - ((NOW - 80_000) % MINUTE);
const STEP = 20_000;
const FROM = NOW - 2 * DAY - 5 * HOUR;
const { signal } = new AbortController();

/** What machine `key` measured at `time`. */
const cpuAt = (key: number, time: number) => (((time / STEP) * 37 + key * 11) % 1_000) / 10;
const usageAt = (time: number) => ((time / STEP) * 7) % 100;

beforeAll(() => Logger.overrideLogger(false));

describe.each(DATABASES)('a database of the layout in rows on %s', (database) => {
  let test: TestStore;
  let machines: number[];
  let disk: number;

  beforeEach(async () => {
    test = await openTestStore(database, NOW, async (fresh) => {
      machines = await fresh.addMachines(2);
      disk = await fillOldTables(database, fresh, machines);
    });
  }, 60_000);

  afterEach(() => test?.close());

  const times = Array.from({ length: (NOW - FROM) / STEP }, (_, index) => FROM + index * STEP);

  it('comes back sample by sample and minute by minute, and its tables go', async () => {
    expect((await test.store.usage()).convertedFrom).not.toBeNull();
    await rollUpAndConvert();
    expect((await test.store.usage()).convertedFrom).toBeNull();
    const retention = { raw: 30 * DAY, '1m': 90 * DAY, '1h': 730 * DAY };
    await runSteps(() => test.store.expire(NOW, retention, signal), signal);
    await expectConverted();
  }, 60_000);

  it('comes back also from a server that is killed at any instant of it', async () => {
    const { config } = test;
    expect(await settleWithKills({ config, now: NOW + 2 * MINUTE })).toBeGreaterThan(0);
    await expectConverted();
  }, 120_000);

  it("forgets no device whose data is not converted yet, and marks of devices become their machine's", async () => {
    const names = async () =>
      (await test.store.devices(machines[0] ?? 0)).map(({ name }) => name).sort();
    const forget = () => runSteps(() => test.store.forgetDevices(), signal);
    await forget();
    expect(await names()).toEqual(['/', '/old']);
    expect(await test.dataSource.query('SELECT DISTINCT family FROM dirty_buckets')).toEqual([
      { family: 'metrics' },
    ]);
    await rollUpAndConvert();
    await forget();
    // One has samples, of the other only an hour is left.
    expect(await names()).toEqual(['/', '/old']);
    expect(await test.dataSource.query('SELECT 1 FROM dirty_buckets')).toEqual([]);
  }, 60_000);

  it('goes on after a restart in the middle, beside samples that come in', async () => {
    const [key = 0] = machines;
    for (let step = 0; step < 4; step++) {
      await test.store.compact(NOW);
    }
    // A sample that was stored by the old version, one that is late, and a new one.
    const late = storeSample(key, NOW - DAY + 1, { values: { cpu: 1 } });
    const fresh = storeSample(key, NOW, { values: { cpu: 2 } });
    await test.store.write([late, fresh]);
    await test.store.close();
    test.store = createMetricsStore(test.config, () => test.now, new RefusedDevicesService());
    await test.store.open();
    await rollUpAndConvert();
    const samples = await samplesIn(test.store, storeSample(key, 0), 0, NOW + 1, 100_000);
    expect(samples).toHaveLength(times.length + 2);
    expect(new Set(samples.map(({ timestamp }) => timestamp)).size).toBe(samples.length);
    const again = storeSample(key, times[100] as number, { values: { cpu: 77 } });
    expect(await test.store.write([again])).toEqual([]);
    const [minute] = await machineBuckets(test.store, {
      keys: [key],
      metrics: ['cpu'],
      from: NOW - DAY - ((NOW - DAY) % MINUTE),
      to: NOW - DAY - ((NOW - DAY) % MINUTE) + MINUTE,
      stepMs: MINUTE,
      tier: '1m',
    });
    expect(minute?.values[0]).toMatchObject({ count: MINUTE / STEP + 1, min: 1 });
  }, 60_000);

  async function expectConverted(): Promise<void> {
    for (const key of machines) {
      const samples = await samplesIn(test.store, storeSample(key, 0), 0, NOW, 100_000);
      expect(samples.map(({ timestamp, values }) => [timestamp, values.cpu, values.ram])).toEqual(
        times.map((time) => [time, cpuAt(key, time), null]),
      );
      expect(samples[0]?.missing).toEqual({ ram: 'no /proc' });
      await expectBuckets(key, '1m', 10 * MINUTE);
      await expectBuckets(key, '1h', HOUR);
    }
    const usage = await deviceBuckets(test.store, {
      keys: [disk],
      metrics: ['usage'],
      from: FROM - (FROM % HOUR),
      to: NOW,
      stepMs: HOUR,
      tier: '1m',
    });
    expect(usage.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0)).toBe(times.length);
    const [{ id: old }] = await test.dataSource.query("SELECT id FROM devices WHERE name = '/old'");
    const day = Math.floor((FROM - DAY) / DAY) * DAY;
    const [hour] = await deviceBuckets(test.store, {
      keys: [Number(old)],
      metrics: ['usage'],
      from: day,
      to: day + 2 * DAY,
      stepMs: DAY,
      tier: '1h',
    });
    expect(hour?.values).toEqual([{ sum: 1, count: 1, min: 1, max: 1 }]);
    expect(await oldTables()).toEqual([]);
  }

  async function rollUpAndConvert(): Promise<void> {
    const now = NOW + 2 * MINUTE;
    for (const _round of [1, 2]) {
      for (const tier of ['1m', '1h'] as const) {
        await runSteps(() => test.store.rollUp(tier, now), signal);
      }
      await runSteps(() => test.store.compact(now), signal);
    }
  }

  async function expectBuckets(key: number, tier: '1m' | '1h', stepMs: number): Promise<void> {
    const from = FROM - (FROM % stepMs);
    const query = { keys: [key], metrics: ['cpu' as const], from, to: NOW, stepMs, tier };
    const buckets = await machineBuckets(test.store, query);
    expect(buckets.length).toBe(Math.ceil((NOW - from) / stepMs));
    for (const { start, values } of buckets) {
      const inside = times
        .filter((time) => time >= start && time < start + stepMs)
        .map((time) => cpuAt(key, time));
      expect(values[0]).toEqual({
        sum: expect.closeTo(
          inside.reduce((sum, value) => sum + value, 0),
          6,
        ),
        count: inside.length,
        min: Math.min(...inside),
        max: Math.max(...inside),
      });
    }
  }

  async function oldTables(): Promise<string[]> {
    const rows: { name: string }[] = await test.dataSource.query(
      database === 'sqlite'
        ? 'SELECT name FROM sqlite_schema'
        : "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p')",
    );
    return rows
      .map(({ name }) => name)
      .filter((name) => /^(device_)?metrics(_1m)?(_old)?$/.test(name));
  }
});

/** Puts history into the tables as the version before left it; returns the id of a device. */
async function fillOldTables(
  database: TestDatabase,
  { dataSource, config }: TestStore,
  machines: readonly number[],
): Promise<number> {
  for (const _newer of migrations.slice(migrations.indexOf(Columns1764000000800))) {
    await dataSource.undoLastMigration();
  }
  const postgres = database === 'postgres';
  if (postgres) {
    for (const table of ['metrics', 'device_metrics', 'metrics_1m', 'device_metrics_1m']) {
      await dataSource.query(`CREATE TABLE ${table}_old PARTITION OF ${table} DEFAULT`);
    }
    const pool = new Pool({ connectionString: 'url' in config ? config.url : '' });
    const partitions = new Partitions(pool);
    await partitions.ensure('metrics_1h', [FROM - 2 * DAY, NOW]);
    await partitions.ensure('device_metrics_1h', [FROM - 2 * DAY, NOW]);
    await pool.end();
  }
  const [machine = 0] = machines;
  await dataSource.query(
    `INSERT INTO devices (machine, kind, name) VALUES (${machine}, 'filesystem', '/')`,
  );
  const [{ id }] = await dataSource.query('SELECT id FROM devices');
  await dataSource.query(
    `INSERT INTO devices (machine, kind, name) VALUES (${machine}, 'filesystem', '/old')`,
  );
  const [{ id: old }] = await dataSource.query("SELECT id FROM devices WHERE name = '/old'");
  await dataSource.query(
    `INSERT INTO dirty_buckets (tier, family, series, start) VALUES ('1m', 'device_metrics', ${id}, ${FROM - (FROM % MINUTE)})`,
  );
  const ts = (time: number) => (postgres ? `to_timestamp(${time / 1_000})` : String(time));
  const insert = async (table: string, columns: string, rows: string[]) => {
    for (let start = 0; start < rows.length; start += 500) {
      const values = rows.slice(start, start + 500).map((row) => `(${row})`);
      await dataSource.query(`INSERT INTO ${table} (${columns}) VALUES ${values}`);
    }
  };
  const times = Array.from({ length: (NOW - FROM) / STEP }, (_, index) => FROM + index * STEP);
  for (const key of machines) {
    const rows = times.map(
      (time) => `${key}, ${ts(time)}, ${cpuAt(key, time)}, '{"ram":"no /proc"}'`,
    );
    await insert('metrics', 'machine, ts, cpu, missing', rows);
    const rolledUp = (width: number, until: number) =>
      bucketRows(times, width, until, (time) => cpuAt(key, time)).map(
        ({ start, values }) => `${key}, ${ts(start)}, ${values}`,
      );
    const columns = 'machine, ts, cpu, cpu_min, cpu_max, cpu_count';
    await insert('metrics_1m', columns, rolledUp(MINUTE, ROLLED));
    await insert('metrics_1h', columns, rolledUp(HOUR, ROLLED - (ROLLED % HOUR)));
  }
  await insert(
    'device_metrics',
    'device, ts, usage',
    times.map((time) => `${id}, ${ts(time)}, ${usageAt(time)}`),
  );
  const oldHour = ts(FROM - (FROM % HOUR) - DAY);
  await insert('metrics_1h', 'machine, ts', [`${machine}, ${oldHour}`]);
  await insert('device_metrics_1h', 'device, ts, usage, usage_min, usage_max, usage_count', [
    `${old}, ${oldHour}, 1, 1, 1, 1`,
  ]);
  await insert(
    'device_metrics_1m',
    'device, ts, usage, usage_min, usage_max, usage_count',
    bucketRows(times, MINUTE, ROLLED, usageAt).map(
      ({ start, values }) => `${id}, ${ts(start)}, ${values}`,
    ),
  );
  for (const [name, value] of Object.entries({
    '1m.closed': ROLLED,
    '1m.rolled': ROLLED,
    '1h.rolled': ROLLED - (ROLLED % HOUR),
    started: FROM,
    // The version before gave up hours by the hour; this is inside of a block.
    '1h.horizon': FROM - 3 * DAY,
  })) {
    await dataSource.query(
      `INSERT INTO metric_store_state (name, value) VALUES ('${name}', ${value})`,
    );
  }
  await dataSource.runMigrations();
  return Number(id);
}

/** Average, least, greatest and count of each bucket before `until`. */
function bucketRows(
  times: readonly number[],
  width: number,
  until: number,
  valueAt: (time: number) => number,
): { start: number; values: string }[] {
  const buckets = new Map<number, number[]>();
  for (const time of times.filter((each) => each < until)) {
    const start = time - (time % width);
    buckets.set(start, [...(buckets.get(start) ?? []), valueAt(time)]);
  }
  return [...buckets].map(([start, list]) => {
    const average = list.reduce((sum, value) => sum + value, 0) / list.length;
    return { start, values: [average, Math.min(...list), Math.max(...list), list.length].join() };
  });
}
