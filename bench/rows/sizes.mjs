/** Bytes that a value takes once it is in blocks, indexes and pages included, beside VictoriaMetrics. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatherHours } from '../lib/hours.mjs';
import { ordinaryServer, VALUES_PER_SAMPLE } from '../lib/ordinary-server.mjs';
import { addMachines } from '../lib/procspy.mjs';
import { gather } from '../lib/seed.mjs';
import { openStore } from '../lib/store.mjs';
import { startVictoriaMetrics } from '../lib/victoria-metrics.mjs';

const DAY = 86_400_000;
const STEP_MS = 5_000;
const MACHINES = 4;
const DAYS = 2;

/** Sizes on PostgreSQL and on SQLite. */
export const sizes = {
  name: 'sizes',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'procspy-bench-'));
    const postgres = await context.postgres();
    const onPostgres = async () => ({ dialect: 'postgres', url: await postgres.createDatabase() });
    const onSqlite = (name) => ({ dialect: 'sqlite', file: join(folder, name) });
    const to = Math.floor(Date.now() / DAY) * DAY;
    const range = { from: to - DAYS * DAY, to, stepMs: STEP_MS };
    try {
      const reference = await referenceBytes(range);
      return [
        ...(await measure('PostgreSQL', await onPostgres(), await onPostgres(), range, reference)),
        ...(await measure('SQLite', onSqlite('one.db'), onSqlite('two.db'), range, reference)),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Bytes a value in VictoriaMetrics; `null` where it is not installed. */
async function referenceBytes(range) {
  const reference = await startVictoriaMetrics();
  try {
    const values = await reference?.import({ machines: sources(), ...range });
    return reference && (await reference.merge()) / values;
  } finally {
    await reference?.stop();
  }
}

function sources() {
  return Array.from({ length: MACHINES }, (_, index) => ({
    key: index + 1,
    next: ordinaryServer(index + 1),
  }));
}

async function measure(name, config, hoursConfig, range, reference) {
  const { close } = await openStore(config);
  await addMachines({ databaseUrl: config.url, sqliteFile: config.file }, MACHINES);
  await close();
  const { bytes } = await gather(config, { machines: sources(), anew: true, ...range });
  const samples = (MACHINES * DAYS * DAY) / STEP_MS;
  const minutes = (MACHINES * DAYS * DAY) / 60_000;
  const hours = await hoursBytes(hoursConfig, range.to);
  const rawAndMinutes = (7 * bytes.raw + 90 * bytes['1m']) / (MACHINES * DAYS);
  return [
    {
      what: `one value of a sample, ${name}`,
      value: bytes.raw / (samples * VALUES_PER_SAMPLE),
      reference: reference ?? undefined,
      unit: 'bytes',
      target: { atMost: 1 },
      note:
        reference === null
          ? 'victoria-metrics is not installed: no reference'
          : 'the reference is the data folder of VictoriaMetrics after its merge, the same samples',
    },
    {
      what: `one value of a minute, ${name}`,
      value: bytes['1m'] / (minutes * VALUES_PER_SAMPLE),
      unit: 'bytes',
      target: { atMost: 3.5, onValue: true },
      note: 'average, minimum, maximum and count together',
    },
    {
      what: `one such machine, 7 d, 90 d and 2 y, ${name}`,
      value: (rawAndMinutes + hours) / 1e6,
      unit: 'MB',
      target: { atMost: 75, onValue: true },
      note: `samples, minutes and hours; the hours alone ${(hours / 1e6).toFixed(1)} MB, with their rows for plain SQL`,
    },
  ];
}

/** Bytes of two years of hours of one machine. */
async function hoursBytes(config, to) {
  const { close } = await openStore(config);
  await addMachines({ databaseUrl: config.url, sqliteFile: config.file }, 1);
  await close();
  const next = ordinaryServer(1);
  const { bytes } = await gatherHours(config, { key: 1, next, from: to - 730 * DAY, to });
  return bytes['1h'];
}
