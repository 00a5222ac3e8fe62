/** Durable pushes a second against bare Fastify with COPY: single samples, and batches of 500. */
import { interleave, medianOf, startLoad, warmUp } from '../lib/load.mjs';
import { addMachines, startProcspy } from '../lib/procspy.mjs';
import { startReference } from '../reference/start-fastify-copy.mjs';

const CONNECTIONS = 64;
const BATCH = 500;
const TARGET = { atLeast: 0.75 };

/** Single-sample pushes. */
export const singlePushes = {
  name: 'single',
  run: (context) =>
    compare(context, { title: 'single-sample pushes a second', machines: 64, batch: 0 }),
};

/** Samples in batches. Many machines, so that their times do not run ahead of the clock. */
export const batchPushes = {
  name: 'batch',
  run: (context) =>
    compare(context, {
      title: `samples a second in batches of ${BATCH}`,
      machines: 1024,
      batch: BATCH,
    }),
};

async function compare(context, { title, machines: count, batch }) {
  const postgres = await context.postgres();
  const procspy = await startProcspy({ databaseUrl: await postgres.createDatabase() });
  const machines = await addMachines(procspy, count);
  const reference = await startReference(await postgres.createDatabase(), machines);
  const load = startLoad();
  try {
    await load.prepare({ target: 'both', machines, connections: CONNECTIONS, batch });
    const pair = [procspy, reference].map((server) => ({ target: 'both', server }));
    await warmUp(load, pair, context);
    const results = await interleave(load, pair, context);
    const rounds = (server) => results.get(server.name);
    const perSecond = (server) => medianOf(rounds(server), 'perSecond') * (batch || 1);
    const cpu = (server) => medianOf(rounds(server), 'cpuMicroseconds').toFixed(0);
    const p99 = (server) => medianOf(rounds(server), 'p99').toFixed(1);
    return [
      {
        what: title,
        value: perSecond(procspy),
        reference: perSecond(reference),
        unit: '/s',
        target: TARGET,
        note: `p99 ${p99(procspy)} ms (reference ${p99(reference)}); CPU a request ${cpu(procspy)} µs (${cpu(reference)})`,
      },
    ];
  } finally {
    await load.stop();
    await procspy.stop();
    await reference.stop();
  }
}
