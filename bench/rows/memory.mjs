/** The server's memory under load, and whether it stays flat. */

import { memory } from '../agent/usage.mjs';
import { startLoad } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { median } from '../lib/statistics.mjs';

const ROUND_MS = 2_000;

/** A soak of a minute (quick: twenty seconds) with pushes of a thousand machines. */
export const soak = {
  name: 'memory',
  async run({ postgres, quick }) {
    const databaseUrl = await (await postgres()).createDatabase();
    const server = await startProcspy({ databaseUrl });
    const load = startLoad();
    try {
      const started = memory(server.pid).rss;
      await load.prepare({
        target: 'soak',
        machines: await addMachines(server, 1_000),
        connections: 64,
      });
      const values = [];
      const until = Date.now() + (quick ? 20_000 : 60_000);
      while (Date.now() < until) {
        const { rss } = await load.round({
          target: 'soak',
          server,
          warmUpMs: 0,
          measureMs: ROUND_MS,
        });
        values.push(rss);
      }
      const third = Math.floor(values.length / 3);
      return [
        {
          what: 'memory under load, last third of the soak',
          value: median(values.slice(-third)),
          reference: median(values.slice(third, 2 * third)),
          unit: 'MB',
          target: { atMost: 1.15 },
          note: `the reference is the middle third; ${started.toFixed(0)} MB after the start, ${Math.max(...values).toFixed(0)} MB at most`,
        },
      ];
    } finally {
      await load.stop();
      await server.stop();
    }
  },
};
