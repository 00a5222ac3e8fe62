/** Live delivery: samples of a hundred machines to a hundred readers, against bare Socket.IO. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from '../agent/usage.mjs';
import { startLoad } from '../lib/load.mjs';
import { nextMessage, startScript, stop } from '../lib/processes.mjs';
import { addMachines, signIn, startProcspy } from '../lib/procspy.mjs';

const READERS_SCRIPT = fileURLToPath(new URL('../lib/live-readers.mjs', import.meta.url));
const BROADCAST_SCRIPT = fileURLToPath(new URL('../reference/broadcast.mjs', import.meta.url));
const MACHINES = 100;
const READERS = 100;
/** Each machine pushes about twice a second. */
const PAUSE_MS = 500;
const TIMEOUT_MS = 60_000;

/** Samples delivered for a second of the server's CPU time. */
export const live = {
  name: 'live',
  async run(context) {
    const seconds = context.quick ? 5 : 15;
    const ours = await measureProcspy(context, seconds);
    const bare = await measureBroadcast(ours.machine_ids, ours.perSecond, seconds);
    return [
      {
        what: 'live samples delivered a CPU second',
        value: ours.perCpuSecond,
        reference: bare.perCpuSecond,
        unit: '/s',
        target: { atLeast: 0.7 },
        note: `${MACHINES} machines, ${READERS} readers, ${ours.perSecond.toFixed(0)} pushes a second; CPU for ingest taken off; p50 ${ours.p50} ms after receipt, p99 ${ours.p99} ms (bare ${bare.p50} and ${bare.p99})`,
      },
    ];
  },
};

/** The server under pushes, without readers and with them: the difference is what delivery costs. */
async function measureProcspy(context, seconds) {
  const server = await startProcspy({
    databaseUrl: await (await context.postgres()).createDatabase(),
  });
  const load = startLoad();
  const readers = startScript(READERS_SCRIPT);
  try {
    const machines = await addMachines(server, MACHINES);
    const machine_ids = machines.map(({ machine_id }) => machine_id);
    await load.prepare({ target: 'machines', machines, connections: MACHINES });
    const paced = {
      target: 'machines',
      server,
      warmUpMs: 3_000,
      measureMs: seconds * 1_000,
      pauseMs: PAUSE_MS,
    };
    await load.round({
      target: 'machines',
      server,
      warmUpMs: context.warmUpSeconds * 1_000,
      measureMs: 100,
    });
    const { authorization } = await signIn(server);
    const without = await load.round(paced);
    await open(readers, { url: server.url, token: authorization.slice(7), machine_ids });
    let counted;
    const withReaders = await load.round({
      ...paced,
      during: async () => {
        await count(readers);
        await sleep(seconds * 1_000);
        counted = await count(readers);
      },
    });
    const cpuOf = (round) => (round.cpuMicroseconds * round.requests) / 1e6;
    const perPush = cpuOf(without) / without.requests;
    const cpu = cpuOf(withReaders) - perPush * withReaders.requests;
    return {
      ...counted,
      machine_ids,
      perSecond: withReaders.perSecond,
      perCpuSecond: counted.delivered / cpu,
    };
  } finally {
    await stop(readers);
    await load.stop();
    await server.stop();
  }
}

async function measureBroadcast(machine_ids, perSecond, seconds) {
  const server = startScript(BROADCAST_SCRIPT, {
    env: { MACHINES: JSON.stringify(machine_ids), PER_SECOND: String(perSecond) },
  });
  const readers = startScript(READERS_SCRIPT);
  try {
    const { url } = await nextMessage(server, (message) => message.url, TIMEOUT_MS);
    await open(readers, { url, token: '', machine_ids });
    await sleep(3_000);
    await count(readers);
    const before = cpuSeconds(server.pid);
    await sleep(seconds * 1_000);
    const cpu = cpuSeconds(server.pid) - before;
    const counted = await count(readers);
    return { ...counted, perCpuSecond: counted.delivered / cpu };
  } finally {
    await stop(readers);
    await stop(server);
  }
}

async function open(readers, { url, token, machine_ids }) {
  const opened = nextMessage(readers, (message) => message.opened, TIMEOUT_MS);
  readers.send({ open: { url, token, readers: READERS, machine_ids } });
  await opened;
}

async function count(readers) {
  const counted = nextMessage(readers, (message) => message.delivered !== undefined, TIMEOUT_MS);
  readers.send({ count: true });
  return counted;
}
