/** From the head into blocks: broken off anywhere, beside writers and a second replica, with damage. */
import { Logger } from '@nestjs/common';
import { METRIC_NAMES } from '../../src/contracts/index.js';
import type { Sample } from '../../src/domain-events/event-map.js';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { createMetricsStore } from '../../src/metrics/store/create-metrics-store.js';
import type { HistoryStorage } from '../../src/metrics/store/history/history-storage.js';
import type { MetricsStore } from '../../src/metrics/store/metrics-store.js';
import { RefusedDevicesService } from '../../src/metrics/store/refused-devices.service.js';
import { settleWithKills } from '../helpers/killed-settling.js';
import { DATABASES } from '../helpers/server.js';
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
const START = Date.parse('2026-03-28T20:00:00Z');
const { signal } = new AbortController();

beforeAll(() => Logger.overrideLogger(false));

/** A machine's samples: every metric, some unknown, with devices that come and go. */
function sampleAt(machine: number, time: number): Sample {
  const seed = machine * 31 + time / 1_000;
  const value = (offset: number) => ((seed * 7_919 + offset * 104_729) % 10_007) / 100;
  return storeSample(machine, time, {
    values: Object.fromEntries(
      METRIC_NAMES.map((name, index) => [name, seed % (index + 5) === 0 ? null : value(index)]),
    ),
    devices: {
      cores: [{ name: '0', usage: value(50) }],
      ...(Math.floor(time / HOUR) % 2 === 0 && {
        filesystems: [{ name: '/', usage: value(60), total_bytes: 4e12 }],
      }),
    },
    ...(seed % 3 === 0 && { missing: { gpu: 'no card' } }),
  });
}

function samplesOf(machine: number, from: number, to: number, stepMs: number): Sample[] {
  return Array.from({ length: Math.floor((to - from) / stepMs) }, (_, index) =>
    sampleAt(machine, from + index * stepMs),
  );
}

describe.each(DATABASES)('compaction on %s', (database) => {
  let test: TestStore;
  let machines: number[];

  beforeEach(async () => {
    test = await openTestStore(database, START);
    machines = await test.addMachines(2);
  }, 60_000);

  afterEach(() => test?.close());

  const reopened = async (): Promise<MetricsStore> => {
    const store = createMetricsStore(test.config, () => test.now, new RefusedDevicesService());
    await store.open();
    return store;
  };
  const settle = async (store: MetricsStore, now: number) => {
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => store.rollUp(tier, now), signal);
    }
    await runSteps(() => store.compact(now), signal);
  };

  /** Everything that is stored is what was pushed, in every tier. */
  async function expectStored(store: MetricsStore, expected: readonly Sample[]): Promise<void> {
    for (const machine of machines) {
      const own = expected
        .filter(({ machineKey }) => machineKey === machine)
        .sort((one, other) => one.timestamp - other.timestamp);
      const stored = await samplesIn(store, storeSample(machine, 0), 0, START + 9 * DAY, 100_000);
      expect(stored.map(({ timestamp, values, missing }) => [timestamp, values, missing])).toEqual(
        own.map(({ timestamp, values, missing }) => [timestamp, values, missing]),
      );
      const query = { from: START - HOUR, to: START + 9 * DAY, stepMs: HOUR };
      for (const tier of ['1m', '1h'] as const) {
        const buckets = await machineBuckets(store, {
          ...query,
          keys: [machine],
          metrics: ['cpu'],
          tier,
        });
        const numbers = own.map(({ values }) => values.cpu).filter((value) => value != null);
        const counted = buckets.flatMap(({ values }) => values[0] ?? []);
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(numbers.length);
        expect(counted.reduce((sum, bucket) => sum + bucket.sum, 0)).toBeCloseTo(
          numbers.reduce((sum, value) => sum + value, 0),
          4,
        );
      }
      const devices = await store.devices(machine);
      const buckets = await deviceBuckets(store, {
        ...query,
        keys: devices.map(({ id }) => id),
        metrics: ['usage'],
        tier: '1m',
      });
      const usages = own.flatMap(({ devices: lists }) => [
        ...(lists?.cores ?? []),
        ...(lists?.filesystems ?? []),
      ]);
      expect(buckets.reduce((sum, { values }) => sum + (values[0]?.count ?? 0), 0)).toBe(
        usages.length,
      );
    }
  }

  it('that is broken off at any step loses nothing and doubles nothing', async () => {
    const samples = machines.flatMap((machine) =>
      samplesOf(machine, START, START + 30 * HOUR, 5 * MINUTE),
    );
    await test.store.write(samples);
    // Hours are in large blocks by then, too.
    const now = START + 100 * DAY;
    let store = test.store;
    let interruptions = 0;
    for (let operations = 3; ; operations += 11) {
      const broken = await interruptedAfter(store, operations, () => settle(store, now));
      if (store !== test.store) {
        await store.close();
      }
      store = await reopened();
      if (!broken) {
        break;
      }
      interruptions++;
    }
    expect(interruptions).toBeGreaterThan(10);
    await expectStored(store, samples);
    await store.close();
  }, 120_000);

  it('in a process that is killed at any instant loses nothing and doubles nothing', async () => {
    const samples = machines.flatMap((machine) =>
      samplesOf(machine, START, START + 50 * HOUR, 5 * MINUTE),
    );
    const late = samples.filter((_, index) => index % 7 === 0);
    await test.store.write(samples.filter((_, index) => index % 7 !== 0));
    const { config } = test;
    expect(await settleWithKills({ config, now: START + 30 * HOUR })).toBeGreaterThan(0);
    await test.store.write(late);
    const now = START + 100 * DAY;
    expect(await settleWithKills({ config, now })).toBeGreaterThan(0);
    const store = await reopened();
    await expectStored(store, samples);
    const retention = { raw: 99 * DAY, '1m': 200 * DAY, '1h': 700 * DAY };
    expect(await settleWithKills({ config, now, retention })).toBeGreaterThan(0);
    const [machine = 0] = machines;
    const left = await samplesIn(store, storeSample(machine, 0), 0, now, 10_000);
    const midnight = Math.floor((now - retention.raw - 2 * HOUR) / DAY) * DAY;
    expect(left.map(({ timestamp }) => timestamp)).toEqual(
      samples
        .filter(({ machineKey, timestamp }) => machineKey === machine && timestamp >= midnight)
        .map(({ timestamp }) => timestamp),
    );
    const [day] = await machineBuckets(store, {
      keys: [machine],
      metrics: ['ram'],
      from: START - (START % DAY),
      to: START - (START % DAY) + DAY,
      stepMs: DAY,
      tier: '1h',
    });
    expect(day?.values[0]?.count).toBeGreaterThan(0);
    await store.close();
  }, 120_000);

  it('goes on beside writers, on two replicas, with late samples for what is sealed', async () => {
    const other = database === 'postgres' ? await reopened() : test.store;
    const written: Sample[] = [];
    let hour = 0;
    const write = async (store: MetricsStore, machine: number) => {
      for (let at = 0; at < 26; at++) {
        const from = START + at * HOUR;
        const samples = samplesOf(machine, from, from + HOUR, 3 * MINUTE);
        // A third comes much later, when its hour is sealed, and a few come twice.
        const early = samples.filter((_, index) => index % 3 !== 0);
        expect(await store.write(early)).toHaveLength(early.length);
        written.push(...early);
        hour = Math.max(hour, at);
        if (at >= 3) {
          const past = START + (at - 3) * HOUR;
          const late = samplesOf(machine, past, past + HOUR, 3 * MINUTE).filter(
            (_, index) => index % 3 === 0,
          );
          expect(await store.write([...late, ...early.slice(0, 2)])).toHaveLength(late.length);
          written.push(...late);
        }
      }
    };
    let running = true;
    const compacting = (async () => {
      while (running) {
        await settle(test.store, START + (hour + 1) * HOUR);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await Promise.all(
      machines.map((machine, index) => write(index === 0 ? test.store : other, machine)),
    );
    running = false;
    await compacting;
    await settle(test.store, START + 2 * DAY);
    await expectStored(test.store, written);
    await settle(test.store, START + 100 * DAY);
    await expectStored(test.store, written);
    await expectStored(other, written);
    expect(await test.dataSource.query('SELECT 1 FROM hour_head')).toEqual([]);
    expect(await test.dataSource.query('SELECT 1 FROM hour_blocks LIMIT 1')).toHaveLength(1);
    if (other !== test.store) {
      await other.close();
    }
  }, 120_000);

  it('keeps no blocks of a machine that is removed while they are made', async () => {
    const [removed = 0, kept = 0] = machines;
    await test.store.write(machines.map((machine) => sampleAt(machine, START)));
    const { storage } = (test.store as unknown as { dialect: { storage: HistoryStorage } }).dialect;
    // Asked for between reading and writing.
    storage.session.devices = async () => {
      await test.dataSource.query(`DELETE FROM machines WHERE key = ${removed}`);
      return [];
    };
    await settle(test.store, START + 2 * HOUR);
    const rows: { machine: number }[] = await test.dataSource.query(
      'SELECT DISTINCT machine FROM raw_hour_blocks',
    );
    expect(rows.map(({ machine }) => machine)).toEqual([kept]);
  });

  it('sets a damaged column aside, and everything else stays readable', async () => {
    const [machine = 0] = machines;
    const samples = samplesOf(machine, START, START + 3 * HOUR, MINUTE);
    await test.store.write(samples);
    await settle(test.store, START + 4 * HOUR);
    const table = 'raw_hour_blocks';
    const found = await blocksOf(table);
    const [damaged] = found.filter(({ device, metric }) => device === 0 && metric === 1);
    const bytes = Buffer.from(damaged?.data ?? '');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await test.dataSource.query(
      database === 'postgres'
        ? `UPDATE ${table} SET data = $1 WHERE machine = $2 AND device = 0 AND metric = 1 AND start = $3`
        : `UPDATE ${table} SET data = ? WHERE machine = ? AND device = 0 AND metric = 1 AND start = ?`,
      [bytes, machine, damaged?.start],
    );
    const read = async () => {
      const all = await samplesIn(test.store, storeSample(machine, 0), 0, START + DAY, 1_000);
      expect(all.map(({ values }) => values.ram)).toEqual(
        samples.map(({ values }) => values.ram ?? null),
      );
      return all.filter(({ values }) => values.cpu === null).length;
    };
    const unknown = samples.filter(({ values }) => values.cpu == null).length;
    const lost = (await read()) - unknown;
    expect(lost).toBeGreaterThan(40);
    // The day's block is made without it.
    await settle(test.store, START + 2 * DAY);
    expect((await read()) - unknown).toBe(lost);
    const aside = await test.dataSource.query('SELECT metric, reason FROM damaged_blocks');
    expect(aside).toEqual([{ metric: 1, reason: 'the checksum of a block is wrong' }]);
  }, 60_000);

  it('sets a damaged row of the head aside, and seals the others', async () => {
    const [machine = 0] = machines;
    const samples = samplesOf(machine, START, START + HOUR, MINUTE);
    await test.store.write(samples);
    const at = database === 'postgres' ? `to_timestamp(${START / 1_000})` : String(START);
    const bytes = database === 'postgres' ? "'\\x09'" : "x'09'";
    await test.dataSource.query(`UPDATE raw_head SET data = ${bytes} WHERE ts = ${at}`);
    const stored = () => samplesIn(test.store, storeSample(machine, 0), 0, START + DAY, 1_000);
    expect(await stored()).toHaveLength(59);
    const cursor = [{ machine, after: START - 1 }];
    expect(await test.store.machineReadings(cursor, ['cpu'], START + HOUR)).toHaveLength(59);
    await settle(test.store, START + 2 * HOUR);
    expect(await stored()).toHaveLength(59);
    const aside = await test.dataSource.query('SELECT tier, reason FROM damaged_blocks');
    expect(aside).toEqual([{ tier: 'raw', reason: 'a row has the unknown version 9' }]);
  }, 60_000);

  async function blocksOf(
    table: string,
  ): Promise<{ device: number; metric: number; start: unknown; data: Buffer }[]> {
    return test.dataSource.query(`SELECT * FROM ${table}`);
  }
});

/** Runs `work` on a store whose database fails after so many operations; true if that ended it. */
async function interruptedAfter(
  store: MetricsStore,
  operations: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const { storage } = Reflect.get(store, 'dialect') as { storage: HistoryStorage };
  let left = operations;
  const failing = <target extends object>(target: target): target =>
    new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') {
          return member;
        }
        return (...parameters: unknown[]) => {
          if (left-- <= 0) {
            throw new Error('interrupted');
          }
          return member.apply(object, parameters);
        };
      },
    });
  const { session, transaction } = storage;
  Object.assign(storage, {
    session: failing(session),
    transaction: (lock: never, inside: (session: object) => Promise<unknown>) =>
      transaction.call(storage, lock, (own) => inside(failing(own))),
  });
  try {
    await work();
    return false;
  } catch (error) {
    if (left >= 0) {
      throw error;
    }
    return true;
  } finally {
    Object.assign(storage, { session, transaction });
  }
}
