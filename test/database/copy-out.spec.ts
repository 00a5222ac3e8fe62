/** Reads by COPY: what comes back, and what becomes of the connection when PostgreSQL refuses or goes away. */
import { Pool } from 'pg';
import { copyOut } from '../../src/metrics/store/postgres/simple-query.js';
import { createDatabase } from '../helpers/postgres.js';

describe('reading by COPY', () => {
  let pool: Pool;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const database = await createDatabase();
    drop = database.drop;
    pool = new Pool({ connectionString: database.url, max: 1 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
  });

  afterAll(async () => {
    await pool?.end();
    await drop?.();
  });

  it('answers integers, times and bytes of any size', async () => {
    const rows = await copyOut(
      pool,
      `SELECT key, short, time::timestamptz, bytes FROM (VALUES
         (-2147483648, (-32768)::smallint, '1969-12-31T23:59:59.999Z', ''::bytea),
         (2147483647, 32767::smallint, '2026-03-01T12:00:00.001Z', decode(repeat('00ff', 200000), 'hex'))
       ) AS row (key, short, time, bytes)`,
    );
    expect(rows.next()).toBe(true);
    expect([rows.integer(), rows.integer()]).toEqual([-2_147_483_648, -32_768]);
    expect(rows.time()).toBe(-1);
    expect(rows.data()).toHaveLength(0);
    expect(rows.next()).toBe(true);
    expect([rows.integer(), rows.integer()]).toEqual([2_147_483_647, 32_767]);
    expect(rows.time()).toBe(Date.parse('2026-03-01T12:00:00.001Z'));
    expect(rows.data()).toEqual(Buffer.from('00ff'.repeat(200_000), 'hex'));
    expect(rows.next()).toBe(false);
    expect((await copyOut(pool, 'SELECT 1 WHERE false')).next()).toBe(false);
  });

  it('says what PostgreSQL refused, also in the middle, and keeps the connection', async () => {
    const pid = async () => (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const before = await pid();
    await expect(copyOut(pool, 'SELECT nothing')).rejects.toMatchObject({ code: '42703' });
    await expect(
      copyOut(pool, 'SELECT 1 / (100000 - number) FROM generate_series(1, 200000) AS number'),
    ).rejects.toMatchObject({ code: '22012' });
    expect(await pid()).toBe(before);
  });

  it('does not wait for a server that ended the connection, and takes another one', async () => {
    await expect(
      copyOut(pool, 'SELECT 1 FROM pg_terminate_backend(pg_backend_pid())'),
    ).rejects.toThrow();
    const rows = await copyOut(pool, 'SELECT 7');
    expect([rows.next(), rows.integer()]).toEqual([true, 7]);
  });
});
