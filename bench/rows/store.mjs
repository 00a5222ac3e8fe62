/** What the store takes in big groups, against raw COPY of the same rows by one client. */
import { withClient } from '../lib/postgres.mjs';
import { manySamples } from '../lib/samples.mjs';
import { median } from '../lib/statistics.mjs';
import { openStore } from '../lib/store.mjs';
import { createTable } from '../reference/columns.mjs';
import { copy } from '../reference/copy.mjs';

const GROUP = 20_000;
const GROUPS = 4;

/** Samples stored a second. */
export const store = {
  name: 'store',
  async run({ postgres, rounds }) {
    const server = await postgres();
    const ours = await openStore({ dialect: 'postgres', url: await server.createDatabase() });
    try {
      return await withClient(await server.createDatabase(), async (client) => {
        await createTable(client);
        const write = {
          store: (rows) => ours.store.write(rows),
          copy: (rows) => copy(client, rows),
        };
        const rates = { store: [], copy: [] };
        for (let round = 0; round <= rounds; round++) {
          const start = Date.now();
          const groups = Array.from({ length: GROUPS }, (_, group) =>
            manySamples(GROUP, start + group * (GROUP / 1_000)),
          );
          for (const name of round % 2 === 0 ? ['store', 'copy'] : ['copy', 'store']) {
            const startedAt = performance.now();
            for (const group of groups) await write[name](group);
            const rate = (GROUP * GROUPS * 1000) / (performance.now() - startedAt);
            // The first round warms up.
            if (round > 0) rates[name].push(rate);
          }
        }
        return [
          {
            what: `samples stored a second, groups of ${GROUP.toLocaleString('en-US')}`,
            value: median(rates.store),
            reference: median(rates.copy),
            unit: '/s',
            target: { atLeast: 0.6 },
            note: 'the reference is raw binary COPY of the same rows by one client',
          },
        ];
      });
    } finally {
      await ours.close();
    }
  },
};
