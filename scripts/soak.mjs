/**
 * Holds the built server on SQLite against the Node that runs this: fifty starts and stops, then ten
 * minutes' worth of samples of thirty machines, written and read as fast as they go while garbage is
 * collected all the time. Ends with 1 if the server ends by itself, refuses or loses anything.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextMessage, startScript, stop, stopAll } from '../bench/lib/processes.mjs';

const SERVER = fileURLToPath(new URL('../dist/bundle/procspy-server.mjs', import.meta.url));
const COLLECT_GARBAGE = new URL('collect-garbage.mjs', import.meta.url).href;
const STARTS = 50;
const MACHINES = 30;
/** Ten minutes at the agent's default interval. */
const SAMPLES = 120;
const INTERVAL_MS = 5_000;
const START_TIMEOUT_MS = 60_000;

async function start(dataDir) {
  const child = startScript(SERVER, {
    nodeArgs: ['--expose-gc', '--import', COLLECT_GARBAGE],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      PROCSPY_DATA_DIR: dataDir,
      PROCSPY_AUTH_REQUIRED: 'false',
      PROCSPY_INGEST_RATE_LIMIT: '1000000000',
    },
  });
  const { url } = await nextMessage(child, (message) => message.url, START_TIMEOUT_MS);
  return { child, api: `${url.replace('localhost', '127.0.0.1')}/api/v1` };
}

async function end({ child }) {
  await stop(child);
  if (child.exitCode !== 0) {
    throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);
  }
}

async function call(address, body) {
  const answer = await fetch(address, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) {
    throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
  }
  return answer.json();
}

/** Writes one machine's samples, and reads what is there after each tenth. */
async function writeAndRead(api, number, from) {
  const { machine_id } = await call(`${api}/machines/register`, {
    machine_name: `soak-${number}`,
    machine_fingerprint: randomUUID(),
    os: 'linux',
    agent_version: '1.0.0',
  });
  const history = `${api}/machines/${machine_id}`;
  for (let index = 0; index < SAMPLES; index++) {
    await call(`${api}/metrics`, {
      machine_id,
      timestamp: from + index * INTERVAL_MS,
      cpu: index % 100,
      ram: 40.5,
      disk: 70.2,
      network_in: index,
      network_out: 800,
      devices: { filesystems: [{ name: '/', usage: index % 100 }] },
    });
    if (index % 10 === 0) {
      await call(`${history}/metrics?from=${from}&points=600`);
      await call(`${history}/devices?kind=filesystem&from=${from}&points=600`);
      await call(`${api}/machines`);
    }
  }
  const { columns } = await call(
    `${history}/metrics?from=${from}&to=${from + SAMPLES * INTERVAL_MS}&points=${SAMPLES}&metrics=cpu`,
  );
  const stored = columns.cpu.filter((value) => value !== null).length;
  if (stored !== SAMPLES) {
    throw new Error(`machine ${number}: ${stored} of ${SAMPLES} samples are there`);
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'procspy-soak-'));
const began = Date.now();
try {
  for (let count = 0; count < STARTS; count++) {
    await end(await start(dataDir));
  }
  const server = await start(dataDir);
  const from = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS - SAMPLES * INTERVAL_MS;
  await Promise.all(
    Array.from({ length: MACHINES }, (_, number) => writeAndRead(server.api, number, from)),
  );
  await end(server);
  process.stdout.write(
    `Node ${process.versions.node}: ${STARTS} starts and stops, ${MACHINES * SAMPLES} samples written and read, in ${Math.round((Date.now() - began) / 1000)} s\n`,
  );
} finally {
  await stopAll();
  await rm(dataDir, { recursive: true, force: true });
}
