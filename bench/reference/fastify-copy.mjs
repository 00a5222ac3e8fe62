/**
 * The reference for pushes: bare Fastify that reads JSON and group-commits by binary COPY. No Nest,
 * no authentication, no validation, no duplicates, nobody told of what was stored.
 *
 *   env: DATABASE_URL, MACHINES (a JSON list of machine ids)
 */
import Fastify from 'fastify';
import pg from 'pg';
import { createTable } from './columns.mjs';
import { copy } from './copy.mjs';

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await createTable(client);

const machines = new Map(JSON.parse(process.env.MACHINES).map((id, index) => [id, index + 1]));
const lastTimes = new Map();
let waiting = [];
let writing = false;

function store(rows) {
  return new Promise((resolve, reject) => {
    waiting.push({ rows, resolve, reject });
    if (!writing) {
      writing = true;
      setImmediate(write);
    }
  });
}

async function write() {
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    try {
      await copy(client, group.length === 1 ? group[0].rows : group.flatMap(({ rows }) => rows));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
  writing = false;
}

function row(sample) {
  const machine = machines.get(sample.machine_id);
  let { timestamp } = sample;
  if (timestamp === undefined) {
    timestamp = Math.max(Date.now(), (lastTimes.get(machine) ?? 0) + 1);
    lastTimes.set(machine, timestamp);
  }
  return { machineKey: machine, timestamp, values: sample };
}

const app = Fastify({ bodyLimit: 4 * 1024 * 1024 });
app.post('/api/v1/metrics', async ({ body }) => {
  await store([row(body)]);
  return { status: 'metrics_received' };
});
app.post('/api/v1/metrics/batch', async ({ body }) => {
  await store(body.samples.map(row));
  return { status: 'metrics_received', accepted: body.samples.length, duplicates: 0, rejected: [] };
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.send({ url: `http://127.0.0.1:${app.server.address().port}` });
process.on('SIGTERM', async () => {
  await app.close();
  await client.end();
  process.exit(0);
});
