/** A full disk: pushes are refused, what is stored stays readable, and service returns by itself. */
import type Database from 'better-sqlite3';
import { UnavailableError } from '../../src/common/errors.js';
import { METRIC_NAMES } from '../../src/contracts/index.js';
import { storeError } from '../../src/metrics/store/postgres/pool.js';
import { openTestStore, samplesIn, storeSample, type TestStore } from '../helpers/store.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');

describe('a full disk', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore('sqlite', NOW);
  });

  afterEach(() => test.close());

  it('refuses pushes with 503 until there is space, and loses nothing stored', async () => {
    const [machine = 0] = await test.addMachines(1);
    const group = (index: number) =>
      Array.from({ length: 5_000 }, (_, sample) =>
        storeSample(machine, NOW + index * 5_000 + sample, {
          values: { cpu: Math.E * sample, ram: Math.PI * sample, disk: 3 },
        }),
      );
    await test.store.write(group(0));
    // The file may not grow: to SQLite that is a full disk.
    const { storage } = Reflect.get(test.store, 'dialect') as { storage: object };
    const connection = Reflect.get(storage, 'connection') as Database.Database;
    const pages = Number(connection.pragma('page_count', { simple: true }));
    connection.pragma(`max_page_count = ${pages}`);
    const refused = test.store.write(group(1));
    await expect(refused).rejects.toThrow(UnavailableError);
    await expect(refused).rejects.toMatchObject({
      code: 'metrics.storage_full',
      retryAfterSeconds: 30,
    });
    const stored = () => samplesIn(test.store, storeSample(machine, 0), 0, NOW + 10_000, 20_000);
    expect(await stored()).toHaveLength(5_000);
    connection.pragma('max_page_count = 1000000');
    expect(await test.store.write(group(1))).toHaveLength(5_000);
    expect(await stored()).toHaveLength(10_000);
  });

  it('stops sealing until there is space, and loses nothing', async () => {
    const [machine = 0] = await test.addMachines(1);
    const samples = Array.from({ length: 8_000 }, (_, index) =>
      storeSample(machine, NOW + index * 1_000, {
        values: Object.fromEntries(
          METRIC_NAMES.map((name, metric) => [name, Math.abs(Math.sin(index * 31 + metric)) * 100]),
        ),
      }),
    );
    await test.store.write(samples);
    const now = NOW + 4 * 3_600_000;
    for (const tier of ['1m', '1h'] as const) {
      while ((await test.store.rollUp(tier, now)).more);
    }
    const { storage } = Reflect.get(test.store, 'dialect') as { storage: object };
    const connection = Reflect.get(storage, 'connection') as Database.Database;
    const pages = Number(connection.pragma('page_count', { simple: true }));
    connection.pragma(`max_page_count = ${pages}`);
    const compact = async () => {
      while ((await test.store.compact(now)).more);
    };
    const stored = async () =>
      (await samplesIn(test.store, storeSample(machine, 0), 0, now, 10_000)).map((sample) => [
        sample.timestamp,
        sample.values,
      ]);
    const expected = samples.map(({ timestamp, values }) => [timestamp, values]);
    await expect(compact()).rejects.toMatchObject({ code: 'metrics.storage_full' });
    expect(await stored()).toEqual(expected);
    connection.pragma('max_page_count = 1000000');
    await compact();
    expect(await stored()).toEqual(expected);
    expect(connection.prepare('SELECT count(*) FROM raw_head').pluck().get()).toBeLessThan(2_000);
  });

  it.each([
    ['53100', 'metrics.storage_full'],
    ['57P01', 'database.unavailable'],
    ['25006', 'database.unavailable'],
    ['ECONNREFUSED', 'database.unavailable'],
  ])('on PostgreSQL is told from one that is away (%s)', (code, expected) => {
    expect(storeError(Object.assign(new Error('x'), { code }))).toMatchObject({ code: expected });
  });
});
