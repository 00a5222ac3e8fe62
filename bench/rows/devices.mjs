/** What the devices of a sample cost. */
import { medianOf, startLoad, warmUp } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { thirtyDevices } from '../lib/requests.mjs';

/** Pushes with thirty devices against pushes without. */
export const devices = {
  name: 'devices',
  async run(context) {
    const postgres = await context.postgres();
    const server = await startProcspy({ databaseUrl: await postgres.createDatabase() });
    const load = startLoad();
    try {
      const machines = await addMachines(server, 64);
      const more = { devices: thirtyDevices() };
      await load.prepare({ target: 'without', machines, connections: 64 });
      await load.prepare({ target: 'with', machines, connections: 64, more });
      const targets = ['without', 'with'].map((target) => ({ target, server }));
      await warmUp(load, targets, context);
      const rounds = { without: [], with: [] };
      for (let round = 0; round < context.rounds; round++) {
        for (const { target } of targets) {
          rounds[target].push(await load.round({ target, server, ...context }));
        }
      }
      const perSecond = (target) => medianOf(rounds[target], 'perSecond');
      return [
        {
          what: 'cost of a push with 30 devices',
          value: 1e6 / perSecond('with'),
          reference: 1e6 / perSecond('without'),
          unit: 'µs',
          note: `${perSecond('with').toFixed(0)} pushes, ${(perSecond('with') * 31).toFixed(0)} rows a second; the reference is a push without devices`,
        },
      ];
    } finally {
      await load.stop();
      await server.stop();
    }
  },
};
