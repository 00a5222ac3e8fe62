/** Charts over HTTP: one machine by the hour and the month, its cores, and a hundred machines at once. */

import { ordinaryServer } from '../lib/ordinary-server.mjs';
import { addMachines, signIn, startProcspy } from '../lib/procspy.mjs';
import { medianTimes } from '../lib/queries.mjs';
import { gather } from '../lib/seed.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MACHINES = 100;
const STEP_MS = 10_000;
const MONTH_STEP_MS = 60_000;

/** Thirty days and an hour of one machine, a day of a hundred. */
export const history = {
  name: 'history',
  async run(context) {
    const postgres = await context.postgres();
    const server = await startProcspy({ databaseUrl: await postgres.createDatabase() });
    return runOn(server, context, 'PostgreSQL');
  },
};

/** Fills a server's database and measures its charts. */
export async function runOn(first, context, database) {
  const { databaseUrl: url, sqliteFile: file } = first;
  const config = url ? { dialect: 'postgres', url } : { dialect: 'sqlite', file };
  const machines = await addMachines(first, MACHINES);
  const server = await first.restart(() => seedHistory(config));
  try {
    return await measureCharts(server, machines, context, database);
  } finally {
    await server.stop();
  }
}

/** A hundred machines: a day without devices; the first one has thirty days, and a day with devices. */
async function seedHistory(config) {
  const to = Math.floor(Date.now() / HOUR) * HOUR;
  const sources = Array.from({ length: MACHINES }, (_, index) => {
    const next = ordinaryServer(index + 1);
    const withoutDevices = (stepMs) => ({ values: next(stepMs).values });
    return { key: index + 1, next: index === 0 ? next : withoutDevices };
  });
  const month = to - 30 * DAY;
  const first = { key: 1, next: (stepMs) => ({ values: sources[0].next(stepMs).values }) };
  await gather(config, {
    machines: [first],
    from: month,
    to: to - DAY,
    stepMs: MONTH_STEP_MS,
    anew: true,
  });
  await gather(config, { machines: sources, from: to - DAY, to, stepMs: STEP_MS });
}

/** Rows of the charts' times. */
export async function measureCharts(server, machines, { quick }, database) {
  const headers = await signIn(server);
  const chart = (range) => {
    const to = Date.now();
    return `/api/v1/machines/${machines[0].machine_id}/metrics?from=${to - range}&to=${to}&points=600`;
  };
  const times = (paths, calls) => medianTimes(server, headers, paths, calls);
  const cores = () => {
    const to = Date.now();
    return `/api/v1/machines/${machines[0].machine_id}/devices?kind=core&from=${to - DAY}&to=${to}&points=600`;
  };
  const [hour, day, month, ofCores] = await times(
    [chart(HOUR), chart(DAY), chart(30 * DAY), cores()],
    quick ? 20 : 100,
  );
  const to = Date.now();
  const fleet = (metrics) =>
    `/api/v1/metrics?machine_ids=${machines.map(({ machine_id }) => machine_id)}&metrics=${metrics}&from=${to - DAY}&to=${to}&points=240`;
  const [one, five] = await times(
    [fleet('cpu'), fleet('cpu,ram,disk,network_in,network_out')],
    quick ? 5 : 20,
  );
  const row = (what, value, atMost, note) => ({
    what: `${what}, p50, ${database}`,
    value,
    unit: 'ms',
    target: { atMost, onValue: true },
    note,
  });
  return [
    row('1-hour chart, 600 points', hour, 10, 'all metrics of one machine'),
    row('24-hour chart, 600 points', day, 10, 'all metrics of one machine'),
    row('30-day chart, 600 points', month, 10, 'all metrics of one machine'),
    row('16 cores, 24 h, 600 points', ofCores, 20, 'devices of one machine'),
    row(
      '100 machines, 24 h, 240 points',
      five,
      100,
      `five metrics; one metric takes ${one.toFixed(0)} ms`,
    ),
  ];
}
