/** A full disk: pushes are refused, what is stored stays readable, and service returns by itself. */
import type Database from 'better-sqlite3';
import { UnavailableError } from '../../src/common/errors.js';
import { storeError } from '../../src/metrics/store/postgres/pool.js';
import { openTestStore, storeSample, type TestStore } from '../helpers/store.js';

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
    const stored = () => test.store.samples(storeSample(machine, 0), 0, NOW + 10_000, 20_000);
    expect(await stored()).toHaveLength(5_000);
    connection.pragma('max_page_count = 1000000');
    expect(await test.store.write(group(1))).toHaveLength(5_000);
    expect(await stored()).toHaveLength(10_000);
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
