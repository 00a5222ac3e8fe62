/** Rolling up and sealing hours of many machines, and what pushes feel of it. */
import pg from 'pg';
import { cpuSeconds } from '../agent/usage.mjs';
import { startLoad, warmUp } from '../lib/load.mjs';
import { ordinaryServer } from '../lib/ordinary-server.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { openStore } from '../lib/store.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Machines whose hours are rolled up and sealed by themselves. */
const MACHINES = 50;
/** All of one small block, which is made anew with every hour. */
const HOURS = 6;
/** Machines whose last hour the server seals beside pushes. */
const MACHINES_BESIDE = 250;
const STEP_MS = 10_000;
/** The lock of the leader's scheduler: while it is held here, only this benchmark rolls up. */
const LEADER_LOCK = 7_265_004;
/** Time between two pushes of a connection: about a thousand pushes a second. */
const PAUSE_MS = 50;
const IDLE_MS = 30_000;
const POLL_MS = 50;
const TIMEOUT_MS = 180_000;

/** Samples with 52 devices and 68 values each to minutes, hours and blocks. */
export const rollup = {
  name: 'rollup',
  async run(context) {
    const share = await shareOfAnHour(context);
    const { idle, busy, seconds } = await pushesBeside(context);
    return [
      {
        what: 'roll-up and sealing of 1,000 machines, share of an hour',
        value: 100 * share,
        unit: '%',
        target: { atMost: 15, onValue: true },
        note: `processor time of the process and its database for ${MACHINES} machines with 68 values every 10 s: six hours, merged as a day`,
      },
      {
        what: 'p99 of pushes meanwhile',
        value: busy.p99,
        reference: idle.p99,
        unit: 'ms',
        target: { atMost: 1.5 },
        note: `about 1,000 pushes a second to a server that seals an hour of ${MACHINES_BESIDE} machines, which takes it ${seconds.toFixed(0)} s; the reference is the same load once it is done`,
      },
      {
        what: 'memory of that server after sealing',
        value: busy.rss,
        unit: 'MB',
        target: { atMost: 250, onValue: true },
        note: `${idle.rss.toFixed(0)} MB after ${IDLE_MS / 1_000} s more of pushes`,
      },
    ];
  },
};

/** Hours of a day for a thousand machines, as a share of the time of one processor. */
async function shareOfAnHour({ postgres }) {
  const { databaseUrl, close } = await databaseWith(postgres, MACHINES);
  // It would do the same work beside.
  await close();
  const from = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;
  const hours = await openHours(databaseUrl, MACHINES, from);
  try {
    let seconds = 0;
    for (let hour = from; hour < from + HOURS * HOUR; hour += HOUR) {
      await hours.write(hour);
      seconds += await hours.rollUp(hour);
      seconds += await hours.compact(hour);
    }
    seconds += await hours.compact(from + DAY);
    return (seconds * (1_000 / MACHINES)) / (HOURS * 3_600);
  } finally {
    await hours.close();
  }
}

/** The p99 of pushes from the first block that the server writes of an hour to the last, and after it. */
async function pushesBeside(context) {
  const { databaseUrl, server, machines, close } = await databaseWith(
    context.postgres,
    MACHINES_BESIDE,
  );
  const leader = new pg.Client({ connectionString: databaseUrl });
  await leader.connect();
  await leader.query('SELECT pg_advisory_lock($1)', [LEADER_LOCK]);
  const load = startLoad();
  try {
    const end = Math.floor((Date.now() - 180_000) / HOUR) * HOUR;
    const hours = await openHours(databaseUrl, MACHINES_BESIDE, end - 2 * HOUR);
    for (const hour of [end - 2 * HOUR, end - HOUR]) {
      await hours.write(hour);
      await hours.rollUp(hour);
      if (hour < end - HOUR) await hours.compact(hour);
    }
    await hours.close();
    await load.prepare({ target: 'paced', machines, connections: 64 });
    await warmUp(load, [{ target: 'paced', server }], context);
    // A database that has run for a while writes into log files that it has; a new one makes each
    // of them first, 16 MB of zeros, while every commit waits.
    await leader.query('CHECKPOINT');
    const paced = { target: 'paced', server, warmUpMs: 500, pauseMs: PAUSE_MS };
    const folds = await stateOf(leader, 'folds');
    await leader.query('SELECT pg_advisory_unlock($1)', [LEADER_LOCK]);
    await until(async () => (await stateOf(leader, 'folds')) > folds);
    const startedAt = performance.now();
    const busy = await load.round({
      ...paced,
      measureMs: null,
      // Samples and minutes, each machine once.
      during: () =>
        until(async () => (await stateOf(leader, 'folds')) >= folds + 2 * MACHINES_BESIDE),
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const idle = await load.round({ ...paced, measureMs: IDLE_MS });
    return { idle, busy, seconds };
  } finally {
    await load.stop();
    await leader.end();
    await close();
  }
}

/** A database with machines, and a server on it. */
async function databaseWith(postgres, count) {
  const databaseUrl = await (await postgres()).createDatabase();
  const server = await startProcspy({ databaseUrl });
  return {
    databaseUrl,
    server,
    machines: await addMachines(server, count),
    close: () => server.stop(),
  };
}

/** The store as if nothing were in it before `from`; its work answers the seconds of processor time. */
async function openHours(url, count, from) {
  const clock = { now: from };
  const config = { dialect: 'postgres', url };
  const { store, close } = await openStore(config, { now: () => clock.now, anew: true });
  const sources = Array.from({ length: count }, (_, index) => ({
    machineKey: index + 1,
    next: ordinaryServer(index + 1),
  }));
  const timed = async (hour, ...steps) => {
    clock.now = hour + HOUR + 180_000;
    const startedAt = cpuSeconds(process.pid);
    for (const step of steps) {
      while ((await step(clock.now)).more);
    }
    return cpuSeconds(process.pid) - startedAt;
  };
  return {
    async write(hour) {
      await store.prepare(hour);
      await writeHour(store, sources, hour);
    },
    rollUp: (hour) =>
      timed(
        hour,
        (now) => store.rollUp('1m', now),
        (now) => store.rollUp('1h', now),
      ),
    compact: (hour) => timed(hour, (now) => store.compact(now)),
    close,
  };
}

async function writeHour(store, sources, from) {
  for (let time = from; time < from + HOUR; time += STEP_MS) {
    await store.write(
      sources.map(({ machineKey, next }) => ({
        machineKey,
        machine_id: '',
        timestamp: time,
        ...next(STEP_MS),
      })),
    );
  }
}

async function stateOf(client, name) {
  const { rows } = await client.query('SELECT value FROM metric_store_state WHERE name = $1', [
    name,
  ]);
  return Number(rows[0].value);
}

async function until(isTrue) {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('the server compacts nothing');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
