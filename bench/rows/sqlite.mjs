/** The embedded database: pushes, batches and charts. */
import { medianOf, startLoad, warmUp } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { runOn } from './history.mjs';

const BATCH = 500;

/** Ingest and query on SQLite. No reference: nothing bare does the same. */
export const sqlite = {
  name: 'sqlite',
  async run(context) {
    const server = await startProcspy();
    const load = startLoad();
    try {
      const machines = await addMachines(server, 64);
      await load.prepare({ target: 'single', machines, connections: 64 });
      await load.prepare({ target: 'batch', machines, connections: 8, batch: BATCH });
      const results = [];
      for (const [target, size] of [
        ['single', 1],
        ['batch', BATCH],
      ]) {
        await warmUp(load, [{ target, server }], context);
        const rounds = [];
        for (let round = 0; round < Math.min(3, context.rounds); round++) {
          rounds.push(await load.round({ target, server, ...context }));
        }
        results.push({
          what:
            size === 1
              ? 'single-sample pushes a second, SQLite'
              : `samples a second in batches of ${size}, SQLite`,
          value: medianOf(rounds, 'perSecond') * size,
          unit: '/s',
          note: `p99 ${medianOf(rounds, 'p99').toFixed(1)} ms`,
        });
      }
      return results;
    } finally {
      await load.stop();
      await server.stop();
    }
  },
};

/** Charts on SQLite, on a database of their own. */
export const sqliteHistory = {
  name: 'sqlite-history',
  async run(context) {
    return runOn(await startProcspy(), context, 'SQLite');
  },
};
