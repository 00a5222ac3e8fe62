/** Bytes that a value takes once it is in blocks, indexes and pages included, beside VictoriaMetrics. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryServer, VALUES_PER_SAMPLE } from '../lib/ordinary-server.mjs';
import { addMachines } from '../lib/procspy.mjs';
import { gather } from '../lib/seed.mjs';
import { openStore } from '../lib/store.mjs';
import { bytesInVictoriaMetrics } from '../lib/victoria-metrics.mjs';

const DAY = 86_400_000;
const STEP_MS = 5_000;
const MACHINES = 4;
const DAYS = 2;

/** Sizes on PostgreSQL and on SQLite. */
export const sizes = {
  name: 'sizes',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'procspy-bench-'));
    const file = join(folder, 'procspy.db');
    const databaseUrl = await (await context.postgres()).createDatabase();
    const to = Math.floor(Date.now() / DAY) * DAY;
    const range = { from: to - DAYS * DAY, to, stepMs: STEP_MS };
    try {
      const reference = await bytesInVictoriaMetrics(range, sources());
      return [
        ...(await measure(
          'PostgreSQL',
          { dialect: 'postgres', url: databaseUrl },
          range,
          reference,
        )),
        ...(await measure('SQLite', { dialect: 'sqlite', file }, range, reference)),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function sources() {
  return Array.from({ length: MACHINES }, (_, index) => ({
    key: index + 1,
    next: ordinaryServer(index + 1),
  }));
}

async function measure(name, config, range, reference) {
  const { close } = await openStore(config);
  await addMachines({ databaseUrl: config.url, sqliteFile: config.file }, MACHINES);
  await close();
  const { bytes } = await gather(config, { machines: sources(), anew: true, ...range });
  const samples = (MACHINES * DAYS * DAY) / STEP_MS;
  const minutes = (MACHINES * DAYS * DAY) / 60_000;
  return [
    {
      what: `one value of a sample, ${name}`,
      value: bytes.raw / (samples * VALUES_PER_SAMPLE),
      reference,
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
  ];
}
