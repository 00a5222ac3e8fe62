/** Bytes that one stored sample takes, by tier and database: every metric known. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addMachines } from '../lib/procspy.mjs';
import { openForSeeding, seedTier } from '../lib/seed.mjs';
import { openStore } from '../lib/store.mjs';

const HOUR = 3_600_000;
const STEP_MS = { raw: 10_000, '1m': 60_000, '1h': HOUR };
/** Enough rows of each tier for a few megabytes. */
const RANGE_MS = { raw: HOUR, '1m': 6 * HOUR, '1h': 10 * 24 * HOUR };

/** Sizes on PostgreSQL and on SQLite. */
export const sizes = {
  name: 'sizes',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'procspy-bench-'));
    const file = join(folder, 'procspy.db');
    const databaseUrl = await (await context.postgres()).createDatabase();
    try {
      return [
        ...(await measure(
          'PostgreSQL',
          { dialect: 'postgres', url: databaseUrl },
          { databaseUrl },
        )),
        ...(await measure('SQLite', { dialect: 'sqlite', file }, { sqliteFile: file })),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(name, config, server) {
  const ours = await openStore(config);
  await addMachines(server, 100);
  await ours.close();
  const database = await openForSeeding(server);
  const results = [];
  for (const tier of ['raw', '1m', '1h']) {
    const to = Math.floor(Date.now() / HOUR) * HOUR;
    await seedTier(database, tier, { from: to - RANGE_MS[tier], to, stepMs: STEP_MS[tier] });
    const bytes = (await database.sizeOf(tier)) / (await database.count(tier));
    results.push({
      what: `one row of tier ${tier}, index included, ${name}`,
      value: bytes,
      unit: 'bytes',
    });
  }
  await database.close();
  return results;
}
