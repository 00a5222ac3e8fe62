/** Charts over HTTP: one machine by the hour and the year, its cores, and a hundred machines at once. */

import { gatherHours } from '../lib/hours.mjs';
import { ordinaryServer } from '../lib/ordinary-server.mjs';
import { addMachines, signIn, startProcspy } from '../lib/procspy.mjs';
import { medianTimes } from '../lib/queries.mjs';
import { gather } from '../lib/seed.mjs';
import { rangeQuery, startVictoriaMetrics } from '../lib/victoria-metrics.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MACHINES = 100;
const STEP_MS = 10_000;
const MONTH_STEP_MS = 60_000;
const FIVE = 'cpu,ram,disk,network_in,network_out';

/** Two years of one machine, a day of a hundred. */
export const history = {
  name: 'history',
  async run(context) {
    const postgres = await context.postgres();
    const server = await startProcspy({ databaseUrl: await postgres.createDatabase() });
    return runOn(server, context, 'PostgreSQL');
  },
};

/** Fills a server's database and measures its charts, and those of VictoriaMetrics if it is installed. */
export async function runOn(first, context, database) {
  const { databaseUrl: url, sqliteFile: file } = first;
  const config = url ? { dialect: 'postgres', url } : { dialect: 'sqlite', file };
  const machines = await addMachines(first, MACHINES);
  const to = Math.floor(Date.now() / HOUR) * HOUR;
  const server = await first.restart(() => seedHistory(config, to));
  const reference = await startVictoriaMetrics();
  try {
    for (const part of reference ? partsUntil(to) : []) {
      await reference.import(part);
    }
    await reference?.merge();
    return await measureCharts({ server, machines, reference, to }, context, database);
  } finally {
    await reference?.stop();
    await server.stop();
  }
}

/**
 * What is stored: of the first machine thirty days without devices, and then a day of a hundred machines, of
 * which the first has devices. Samples are the same each time.
 */
function partsUntil(to) {
  const sources = Array.from({ length: MACHINES }, (_, index) => {
    const next = ordinaryServer(index + 1);
    const withoutDevices = (stepMs) => ({ values: next(stepMs).values });
    return { key: index + 1, next: index === 0 ? next : withoutDevices };
  });
  const first = { key: 1, next: (stepMs) => ({ values: sources[0].next(stepMs).values }) };
  return [
    { machines: [first], from: to - 30 * DAY, to: to - DAY, stepMs: MONTH_STEP_MS },
    { machines: sources, from: to - DAY, to, stepMs: STEP_MS },
  ];
}

/** Before those parts come two years of hours. */
export async function seedHistory(config, to) {
  const month = to - 30 * DAY;
  await gatherHours(config, { key: 1, next: ordinaryServer(0), from: to - 730 * DAY, to: month });
  for (const part of partsUntil(to)) {
    await gather(config, part);
  }
}

/** Rows of the charts' times. */
export async function measureCharts({ server, machines, reference, to }, { quick }, database) {
  const headers = await signIn(server);
  const ids = machines.map(({ machine_id }) => machine_id);
  const calls = quick ? 20 : 100;
  const machine = (range) => `/api/v1/machines/${ids[0]}/metrics?${between(range)}&points=600`;
  const fleet = (metrics) =>
    `/api/v1/metrics?machine_ids=${ids}&metrics=${metrics}&${between(DAY)}&points=240`;
  const between = (range) => `from=${to - range}&to=${to}`;
  const charts = [
    {
      what: '1-hour chart, 600 points',
      note: 'all metrics of one machine',
      path: machine(HOUR),
      query: query('{machine="1",device=""}', HOUR, STEP_MS, false),
      atMost: 10,
    },
    {
      what: '24-hour chart, 600 points',
      note: 'all metrics of one machine',
      path: machine(DAY),
      query: query('{machine="1",device=""}', DAY, 180_000, true),
      atMost: 10,
    },
    {
      what: '30-day chart, 600 points',
      note: 'all metrics of one machine',
      path: machine(30 * DAY),
      query: query('{machine="1",device=""}', 30 * DAY, 2 * HOUR, true),
      atMost: 10,
    },
    {
      what: '2-year chart, 600 points',
      note: 'all metrics of one machine',
      path: machine(729 * DAY),
      atMost: 10,
    },
    {
      what: '16 cores, 24 h, 600 points',
      note: 'devices of one machine',
      path: `/api/v1/machines/${ids[0]}/devices?kind=core&${between(DAY)}&points=600`,
      query: query('cores_usage{machine="1"}', DAY, 180_000, true),
      atMost: 20,
    },
    {
      what: '100 machines, 24 h, 240 points',
      note: 'five metrics',
      path: fleet(FIVE),
      query: query(`{__name__=~"${FIVE.replaceAll(',', '|')}",device=""}`, DAY, 600_000, true),
      atMost: 100,
      calls: quick ? 10 : 30,
    },
  ];
  const results = [];
  for (const { what, note, path, query: vmPath, atMost, calls: fewer = calls } of charts) {
    const [value] = await medianTimes(server, headers, [path], fewer);
    const [theirs] =
      reference && vmPath ? await medianTimes(reference, {}, [vmPath], fewer) : [undefined];
    results.push({
      what: `${what}, p50, ${database}`,
      value,
      reference: theirs,
      unit: 'ms',
      target: { atMost, onValue: true },
      note: theirs === undefined ? note : `${note}; the reference is VictoriaMetrics' query_range`,
    });
  }
  return results;

  function query(selector, range, stepMs, withExtremes) {
    return rangeQuery(selector, { from: to - range, to, stepMs }, withExtremes);
  }
}
