/** Partitions of PostgreSQL that expire while somebody reads them. */
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { runSteps } from '../../src/metrics/maintenance/run-steps.js';
import { openTestStore, samplesIn, storeSample, type TestStore } from '../helpers/store.js';
import { waitFor } from '../helpers/wait.js';

const DAY = 86_400_000;
/** Noon of a day, so that a partition begins and ends well away from it. */
const NOW = Date.parse('2026-03-10T12:00:00Z');
const OLD = NOW - 9 * DAY;
const OLD_PARTITION = 'raw_blocks_p20260301';
const RETENTION = { raw: 7 * DAY, '1m': 90 * DAY, '1h': 730 * DAY };

beforeAll(() => Logger.overrideLogger(false));

describe('a partition that expires', () => {
  let test: TestStore;
  let admin: Client;
  let machine: number;
  const never = new AbortController().signal;

  beforeEach(async () => {
    test = await openTestStore('postgres', OLD);
    admin = await connect();
    [machine = 0] = await test.addMachines(1);
    await test.store.write([
      storeSample(machine, OLD, { values: { cpu: 10 } }),
      storeSample(machine, NOW - DAY, { values: { cpu: 20 } }),
    ]);
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => test.store.rollUp(tier, NOW), never);
    }
    await compact();
    test.now = NOW;
  });

  afterEach(async () => {
    await admin?.end();
    await test?.close();
  });

  async function connect(): Promise<Client> {
    const client = new Client({
      connectionString: 'url' in test.config ? test.config.url : '',
    });
    // A test that fails leaves it open, and the database is dropped under it.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Somebody who reads all history, in a transaction that stays open until `end`. */
  async function reader(): Promise<{ end(): Promise<void> }> {
    const client = await connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const { rows } = await client.query(
      'SELECT count(*)::int AS count FROM raw_blocks WHERE device = 0 AND metric = 0',
    );
    expect(rows).toEqual([{ count: 2 }]);
    return {
      async end() {
        // What was there when the transaction began is there until it ends.
        const again = await client.query(
          'SELECT count(*)::int AS count FROM raw_blocks WHERE device = 0 AND metric = 0',
        );
        expect(again.rows[0].count).toBeGreaterThanOrEqual(1);
        await client.query('COMMIT');
        await client.end();
      },
    };
  }

  const compact = () => runSteps(() => test.store.compact(NOW), never);
  const expire = () => runSteps(() => test.store.expire(NOW, RETENTION, never), never);
  const exists = async (table: string) => {
    const { rows } = await admin.query('SELECT to_regclass($1) AS found', [table]);
    return rows[0].found !== null;
  };
  const partitions = async () => {
    const { rows } = await admin.query<{ name: string }>(
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'raw_blocks'::regclass",
    );
    return rows.map(({ name }) => name);
  };
  /** Modes of locks on the table of samples, granted or waited for. */
  const locksOfParent = async () => {
    const { rows } = await admin.query<{ mode: string }>(
      "SELECT mode FROM pg_locks WHERE relation = 'raw_blocks'::regclass AND pid <> pg_backend_pid()",
    );
    return rows.map(({ mode }) => mode);
  };
  const somebodyWaits = async () => {
    const { rows } = await admin.query(
      `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND datname = current_database()`,
    );
    return rows.length > 0;
  };

  it('is dropped with all that is in it', async () => {
    expect(await exists(OLD_PARTITION)).toBe(true);
    await expire();
    expect(await exists(OLD_PARTITION)).toBe(false);
    const kept = await samplesIn(test.store, storeSample(machine, 0), 0, NOW, 10);
    expect(kept.map(({ timestamp }) => timestamp)).toEqual([NOW - DAY]);
  });

  it('never keeps writes waiting, however long somebody reads it', async () => {
    const reading = await reader();
    const expiring = expire();
    await waitFor('retention to wait for the reader', somebodyWaits);
    expect(await locksOfParent()).not.toContain('AccessExclusiveLock');
    await test.store.write([storeSample(machine, NOW, { values: { cpu: 30 } })]);
    await expiring;
    // Half detached: the rest goes on as ever, with room for other days.
    await test.store.write([storeSample(machine, NOW - 5 * DAY, { values: { cpu: 40 } })]);
    expect((await test.store.usage()).totalBytes).toBeGreaterThan(0);
    expect(await samplesIn(test.store, storeSample(machine, 0), 0, NOW + 1, 10)).toHaveLength(3);
    await expire();
    await reading.end();
    await waitFor('the partition to go', async () => {
      await expire();
      return !(await exists(OLD_PARTITION));
    });
    expect(await samplesIn(test.store, storeSample(machine, 0), 0, NOW + 1, 10)).toHaveLength(3);
  }, 120_000);

  it('is dropped by whoever comes after a server that was killed half way', async () => {
    const reading = await reader();
    await expire();
    expect(await exists(OLD_PARTITION)).toBe(true);
    await reading.end();
    const { rows } = await admin.query('SELECT 1 FROM pg_inherits WHERE inhdetachpending');
    expect(rows).toHaveLength(1);
    await expire();
    expect(await exists(OLD_PARTITION)).toBe(false);
  }, 120_000);

  it('that is detached already is dropped, but not one that a person detached', async () => {
    await expire();
    await test.store.write([storeSample(machine, NOW - 6 * DAY, { values: { cpu: 1 } })]);
    await compact();
    const [archived, left] = (await partitions()).sort();
    await admin.query(`ALTER TABLE raw_blocks DETACH PARTITION ${archived}`);
    await admin.query(`COMMENT ON TABLE ${left} IS 'procspy: expired, to be dropped'`);
    await admin.query(`ALTER TABLE raw_blocks DETACH PARTITION ${left}`);
    await expire();
    expect([await exists(archived as string), await exists(left as string)]).toEqual([true, false]);
  });

  it('that an earlier version made wider takes its rows, and stays until its real end', async () => {
    const table = 'device_metrics_1h';
    const start = NOW - 40 * DAY;
    const end = NOW + 50 * DAY;
    const iso = (time: number) => new Date(time).toISOString();
    await admin.query(
      `CREATE TABLE ${table}_p_wide PARTITION OF ${table} FOR VALUES FROM ('${iso(start)}') TO ('${iso(end)}')`,
    );
    const devices = { fans: [{ name: 'fan', speed: 900 }] };
    await test.store.write([storeSample(machine, NOW, { values: { cpu: 1 }, devices })]);
    const later = NOW + 3 * 3_600_000;
    for (const tier of ['1m', '1h'] as const) {
      await runSteps(() => test.store.rollUp(tier, later), never);
    }
    const { rows } = await admin.query(`SELECT tableoid::regclass::text AS name FROM ${table}`);
    expect(rows).toEqual([{ name: `${table}_p_wide` }]);
    const expireAt = (now: number) =>
      runSteps(() => test.store.expire(now, RETENTION, never), never);
    await expireAt(end + RETENTION['1m'] - DAY);
    expect(await exists(`${table}_p_wide`)).toBe(true);
    await expireAt(end + RETENTION['1m'] + DAY);
    expect(await exists(`${table}_p_wide`)).toBe(false);
  });

  it('is left alone once the term of the leader is over', async () => {
    const over = new AbortController();
    over.abort();
    await expect(test.store.expire(NOW, RETENTION, over.signal)).rejects.toBe(over.signal.reason);
    expect(await exists(OLD_PARTITION)).toBe(true);
  });
});
