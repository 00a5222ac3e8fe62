/** The columns of the table of raw samples, from the catalogue of the built server. */
import { METRIC_CATALOG } from '../../dist/contracts/index.js';

/** Metric columns in their order. */
export const METRICS = Object.keys(METRIC_CATALOG);

/** Creates the table of raw samples as the server has it, with partitions for today and tomorrow. */
export async function createTable(client) {
  const numbers = METRICS.map((name) => `${name} double precision`);
  await client.query(
    `CREATE TABLE metrics (machine integer NOT NULL, ts timestamptz NOT NULL, ${numbers}, missing text,
     PRIMARY KEY (machine, ts)) PARTITION BY RANGE (ts)`,
  );
  for (const day of [-1, 0, 1]) {
    const at = (offset) => new Date((Math.floor(Date.now() / 86_400_000) + offset) * 86_400_000);
    await client.query(
      `CREATE TABLE metrics_${day + 1} PARTITION OF metrics
       FOR VALUES FROM ('${at(day).toISOString()}') TO ('${at(day + 1).toISOString()}')`,
    );
  }
}
