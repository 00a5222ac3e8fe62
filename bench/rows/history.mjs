/** Charts over HTTP: thirty days against an hour, and a hundred machines at once. */
import { withClient } from '../lib/postgres.mjs';
import { addMachines, signIn, startProcspy } from '../lib/procspy.mjs';
import { medianTimes } from '../lib/queries.mjs';
import { openForSeeding, seedTier, setMarks } from '../lib/seed.mjs';
import { median } from '../lib/statistics.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MACHINES = 100;

/** Thirty days and an hour of one machine, a day of a hundred. */
export const history = {
  name: 'history',
  async run(context) {
    const postgres = await context.postgres();
    const server = await startProcspy({ databaseUrl: await postgres.createDatabase() });
    try {
      const machines = await seedHistory(server);
      return await measureCharts(server, machines, context, 'PostgreSQL');
    } finally {
      await server.stop();
    }
  },
};

/** A hundred machines: an hour of samples, a day of minutes; the first one has thirty days. */
export async function seedHistory(server) {
  const machines = await addMachines(server, MACHINES);
  const now = Date.now();
  const minutes = Math.floor(now / MINUTE) * MINUTE - MINUTE;
  const hours = Math.floor(minutes / HOUR) * HOUR;
  const database = await openForSeeding(server);
  try {
    const first = 'key = (SELECT min(key) FROM machines)';
    await seedTier(database, 'raw', { from: now - HOUR, to: now, stepMs: 10_000 });
    await seedTier(database, '1m', { from: minutes - DAY, to: minutes, stepMs: MINUTE });
    await seedTier(database, '1m', {
      from: minutes - 30 * DAY,
      to: minutes - DAY,
      stepMs: MINUTE,
      machines: first,
    });
    await seedTier(database, '1h', { from: hours - 30 * DAY, to: hours, stepMs: HOUR });
    await setMarks(database, { minutes, hours, from: hours - 30 * DAY });
    await database.exec('ANALYZE');
  } finally {
    await database.close();
  }
  return machines;
}

/** Rows of the charts' times. */
export async function measureCharts(server, machines, { quick }, database) {
  const headers = await signIn(server);
  const chart = (range) => {
    const to = Date.now();
    return `/api/v1/machines/${machines[0].machine_id}/metrics?from=${to - range}&to=${to}&points=600`;
  };
  const [hour, month] = await medianTimes(
    server,
    headers,
    [chart(HOUR), chart(30 * DAY)],
    quick ? 20 : 100,
  );
  const to = Date.now();
  const fleet = (metrics) =>
    `/api/v1/metrics?machine_ids=${machines.map(({ machine_id }) => machine_id)}&metrics=${metrics}&from=${to - DAY}&to=${to}&points=240`;
  const [one, five] = await medianTimes(
    server,
    headers,
    [fleet('cpu'), fleet('cpu,ram,disk,network_in,network_out')],
    quick ? 5 : 20,
  );
  return [
    {
      what: `30-day chart, 600 points, p50, ${database}`,
      value: month,
      reference: hour,
      unit: 'ms',
      target: { atMost: 2 },
      note: 'all metrics of one machine; the reference is its 1-hour chart',
    },
    {
      what: `100 machines, 24 h, 240 points, p50, ${database}`,
      value: one,
      reference: server.databaseUrl && (await plainSql(server, to, quick ? 5 : 20)),
      unit: 'ms',
      target: { atMost: 150, onValue: true },
      note: `one metric; five metrics at once take ${five.toFixed(0)} ms; the reference is one plain SQL query`,
    },
  ];
}

/** Median milliseconds of the hundred machines' averages in plain SQL on one connection. */
function plainSql({ databaseUrl }, to, calls) {
  const time = (at) => `'${new Date(at).toISOString()}'::timestamptz`;
  const sql = `SELECT machine, step, total / samples, low, high FROM (
      SELECT machine, date_bin('6 minutes', ts, ${time(to - DAY)}) AS step,
             sum(cpu * cpu_count) AS total, sum(cpu_count) AS samples, min(cpu_min) AS low, max(cpu_max) AS high
      FROM metrics_1m WHERE ts >= ${time(to - DAY)} AND ts < ${time(to)} GROUP BY 1, 2) AS steps
    ORDER BY 1, 2`;
  return withClient(databaseUrl, async (client) => {
    const times = [];
    for (let call = 0; call < calls; call++) {
      const startedAt = performance.now();
      await client.query({ text: sql, rowMode: 'array' });
      times.push(performance.now() - startedAt);
    }
    return median(times);
  });
}
