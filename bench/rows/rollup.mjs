/** Rolling up an hour of a thousand machines, and what pushes feel of it. */
import pg from 'pg';
import { startLoad, warmUp } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { openForSeeding, seedTier, setMarks } from '../lib/seed.mjs';
import { median } from '../lib/statistics.mjs';
import { openStore } from '../lib/store.mjs';

const HOUR = 3_600_000;
const MACHINES = 1_000;
/** The lock of the leader's scheduler: held here, so that only this benchmark rolls up. */
const LEADER_LOCK = 7_265_004;
/** Time between two pushes of a connection: about a thousand pushes a second. */
const PAUSE_MS = 50;

/** 360,000 samples to minutes. */
export const rollup = {
  name: 'rollup',
  async run(context) {
    const postgres = await context.postgres();
    const databaseUrl = await postgres.createDatabase();
    const leader = new pg.Client({ connectionString: databaseUrl });
    await leader.connect();
    await leader.query('SELECT pg_advisory_lock($1)', [LEADER_LOCK]);
    const server = await startProcspy({ databaseUrl });
    const ours = await openStore({ dialect: 'postgres', url: databaseUrl });
    const load = startLoad();
    try {
      const pushing = await addMachines(server, MACHINES);
      await load.prepare({ target: 'paced', machines: pushing.slice(0, 64), connections: 64 });
      const from = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;
      const database = await openForSeeding(server);
      await seedTier(database, 'raw', { from, to: from + HOUR, stepMs: 10_000 });
      await database.exec('ANALYZE');
      await warmUp(load, [{ target: 'paced', server }], context);
      const rounds = [];
      for (let round = 0; round <= Math.min(context.rounds, 3); round++) {
        await database.exec('TRUNCATE metrics_1m');
        await resetMarks(database, from);
        // A database that has run for a while writes into log files that it has; a new one makes each
        // of them first, 16 MB of zeros, while every commit waits.
        await database.exec('CHECKPOINT');
        const figures = await measureRound({ store: ours.store, load, server, until: from + HOUR });
        // The first round warms up.
        if (round > 0) rounds.push(figures);
      }
      await database.close();
      const figure = (name) => median(rounds.map((result) => result[name]));
      return [
        {
          what: 'roll-up of 360,000 samples to minutes',
          value: figure('seconds'),
          unit: 's',
          target: { atMost: 2, onValue: true },
          note: '1,000 machines, one hour at 10 s, while about 1,000 pushes a second come in',
        },
        {
          what: 'p99 of pushes during the roll-up',
          value: figure('busyP99'),
          reference: figure('idleP99'),
          unit: 'ms',
          target: { atMost: 2 },
          note: 'the reference is the same load without the roll-up',
        },
      ];
    } finally {
      await load.stop();
      await ours.close();
      await server.stop();
      await leader.end();
    }
  },
};

async function resetMarks(database, from) {
  await setMarks(database, { minutes: from, hours: from, from });
}

async function measureRound({ store, load, server, until }) {
  const paced = { target: 'paced', server, warmUpMs: 500, pauseMs: PAUSE_MS };
  const idle = await load.round({ ...paced, measureMs: 3_000 });
  let seconds = 0;
  const busy = await load.round({
    ...paced,
    measureMs: 3_000,
    async during() {
      const startedAt = performance.now();
      let more = true;
      while (more) {
        // As if it were a minute after the hour: no data beyond it is looked at.
        ({ more } = await store.rollUp('1m', until + 60_000));
      }
      seconds = (performance.now() - startedAt) / 1_000;
    },
  });
  return { seconds, idleP99: idle.p99, busyP99: busy.p99 };
}
