/** Rolling up and sealing an hour of a thousand machines, and what pushes feel of it. */
import pg from 'pg';
import { startLoad, warmUp } from '../lib/load.mjs';
import { ordinaryServer } from '../lib/ordinary-server.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { openStore } from '../lib/store.mjs';

const HOUR = 3_600_000;
const MACHINES = 1_000;
const STEP_MS = 10_000;
/** The lock of the leader's scheduler: held here, so that only this benchmark rolls up. */
const LEADER_LOCK = 7_265_004;
/** Time between two pushes of a connection: about a thousand pushes a second. */
const PAUSE_MS = 50;

/** 360,000 samples with 52 devices and 68 values each, to minutes, hours and blocks. */
export const rollup = {
  name: 'rollup',
  async run(context) {
    const postgres = await context.postgres();
    const databaseUrl = await postgres.createDatabase();
    const leader = new pg.Client({ connectionString: databaseUrl });
    await leader.connect();
    await leader.query('SELECT pg_advisory_lock($1)', [LEADER_LOCK]);
    const server = await startProcspy({ databaseUrl });
    const from = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;
    const clock = { now: from };
    const config = { dialect: 'postgres', url: databaseUrl };
    const load = startLoad();
    try {
      const machines = await addMachines(server, MACHINES);
      const ours = await openStore(config, { now: () => clock.now, anew: true });
      await writeHour(ours.store, from);
      await load.prepare({ target: 'paced', machines: machines.slice(0, 64), connections: 64 });
      await warmUp(load, [{ target: 'paced', server }], context);
      // A database that has run for a while writes into log files that it has; a new one makes each
      // of them first, 16 MB of zeros, while every commit waits.
      await leader.query('CHECKPOINT');
      const paced = { target: 'paced', server, warmUpMs: 500, pauseMs: PAUSE_MS };
      const idle = await load.round({ ...paced, measureMs: 4_000 });
      clock.now = from + HOUR + 180_000;
      const work = { rollUp: 0, compact: 0 };
      const busy = await load.round({
        ...paced,
        measureMs: 4_000,
        async during() {
          const timed = async (name, step) => {
            const startedAt = performance.now();
            while ((await step()).more);
            work[name] += (performance.now() - startedAt) / 1_000;
          };
          await timed('rollUp', () => ours.store.rollUp('1m', from + HOUR + 15_000));
          await timed('rollUp', () => ours.store.rollUp('1h', from + HOUR + 15_000));
          await timed('compact', () => ours.store.compact(clock.now));
        },
      });
      await ours.close();
      const seconds = work.rollUp + work.compact;
      return [
        {
          what: 'roll-up and sealing of 1,000 machines, share of an hour',
          value: (100 * seconds) / 3_600,
          unit: '%',
          target: { atMost: 15, onValue: true },
          note: `an hour at 10 s, 68 values a sample, while about 1,000 pushes a second come in: ${work.rollUp.toFixed(0)} s of roll-up, ${work.compact.toFixed(0)} s of sealing`,
        },
        {
          what: 'p99 of pushes meanwhile',
          value: busy.p99,
          reference: idle.p99,
          unit: 'ms',
          target: { atMost: 1.5 },
          note: 'the reference is the same load alone',
        },
      ];
    } finally {
      await load.stop();
      await server.stop();
      await leader.end();
    }
  },
};

async function writeHour(store, from) {
  const sources = Array.from({ length: MACHINES }, (_, index) => ({
    machineKey: index + 1,
    next: ordinaryServer(index + 1),
  }));
  await store.prepare(from);
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
