/** Whether a push costs more when many machines are known, each pushing with its own key. */
import { interleave, medianOf, startLoad, warmUp } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';

/** Ten thousand machines against a hundred. */
export const knownMachines = {
  name: 'known',
  async run(context) {
    const postgres = await context.postgres();
    const load = startLoad();
    const servers = [];
    try {
      for (const count of [100, 10_000]) {
        const server = await startProcspy({ databaseUrl: await postgres.createDatabase() });
        server.name = `${count} machines`;
        servers.push(server);
        await load.prepare({
          target: server.name,
          machines: await addMachines(server, count),
          connections: 64,
        });
      }
      const targets = servers.map((server) => ({ target: server.name, server }));
      await warmUp(load, targets, context);
      await seenAll(load, targets[1]);
      const results = await interleave(load, targets, context);
      const [few, many] = servers.map((server) => results.get(server.name));
      const cost = (rounds) => 1e6 / medianOf(rounds, 'perSecond');
      const cpu = (rounds) => medianOf(rounds, 'cpuMicroseconds').toFixed(0);
      return [
        {
          what: 'cost of a push, 10,000 known machines',
          value: cost(many),
          reference: cost(few),
          unit: 'µs',
          target: { atMost: 1.15 },
          note: `the reference knows 100; server CPU a push ${cpu(many)} µs (${cpu(few)})`,
        },
      ];
    } finally {
      await load.stop();
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

/** Pushes until every machine has pushed three times: each key is looked up once. */
async function seenAll(load, target) {
  let pushes = 0;
  for (let round = 0; round < 30 && pushes < 30_000; round++) {
    pushes += (await load.round({ ...target, warmUpMs: 0, measureMs: 3_000 })).requests;
  }
}
