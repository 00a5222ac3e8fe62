/** The write path on PostgreSQL: binary COPY, and only on a duplicate the slower way. */
import { pipeline } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { METRIC_NAMES } from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { type DeviceRow, deviceRows } from '../devices.js';
import { DEVICE_SERIES, MACHINE_SERIES, type SeriesFamily } from '../series.js';
import { type StoreState, stateFromRows } from '../state.js';
import { type CopyRow, encodeCopy } from './copy-encoder.js';
import type { DeviceIds } from './device-ids.js';
import { markDirty } from './dirty-buckets.js';
import type { Partitions } from './partitions.js';
import { inTransaction } from './pool.js';

/** Writers hold it shared, whoever closes minutes holds it alone: no write slips between. */
export const WRITE_LOCK = 7_265_003;

/** Travels with the BEGIN: the lock, and the state that holds as long as the lock is held. */
const PREAMBLE = `SELECT pg_advisory_xact_lock_shared(${WRITE_LOCK}); SELECT name, value FROM metric_store_state`;

/** A COPY that takes longer has a peer that hangs. */
const COPY_TIMEOUT_MS = 15_000;

const UNIQUE_VIOLATION = '23505';
/** Also raised for a row that no partition takes. */
const CHECK_VIOLATION = '23514';

/** Stores rows of a family; answers which of them were new, in their order. */
type StoreRows = (
  client: PoolClient,
  family: SeriesFamily,
  rows: readonly CopyRow[],
) => Promise<boolean[]>;

/** Writes groups of samples. */
export class PostgresWriter {
  constructor(
    private readonly pool: Pool,
    private readonly partitions: Partitions,
    private readonly devices: DeviceIds,
    /** Called with the state that each write found. */
    private readonly sawState: (state: StoreState) => void,
  ) {}

  /** Stores the samples and their devices in one transaction; answers the samples that were new. */
  async write(samples: readonly Sample[]): Promise<Sample[]> {
    const times = samples.map(({ timestamp }) => timestamp);
    await this.partitions.ensure('raw', times);
    try {
      return await this.copyOrInsert(samples);
    } catch (error) {
      if ((error as { code?: string }).code !== CHECK_VIOLATION) {
        throw error;
      }
      // Another replica dropped a partition that we still counted on.
      this.partitions.forget();
      await this.partitions.ensure('raw', times);
      return this.copyOrInsert(samples);
    }
  }

  private async copyOrInsert(samples: readonly Sample[]): Promise<Sample[]> {
    const devices = deviceRows(samples);
    const ids = devices.length > 0 ? await this.devices.resolve(devices) : [];
    try {
      return await this.store(samples, devices, ids, copyRows);
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) {
        throw error;
      }
      return this.store(samples, devices, ids, insertNewRows);
    }
  }

  private store(
    samples: readonly Sample[],
    devices: readonly DeviceRow[],
    deviceIds: readonly number[],
    storeRows: StoreRows,
  ): Promise<Sample[]> {
    return inTransaction(this.pool, PREAMBLE, async (client, rows) => {
      const state = stateFromRows(rows as { name: string; value: string }[]);
      this.sawState(state);
      const isNew = await storeRows(client, MACHINE_SERIES, samples.map(machineRow));
      const stored = samples.filter((_, index) => isNew[index]);
      const series = rowsOfStored(devices, deviceIds, stored, samples.length);
      if (series.length > 0) {
        await storeRows(client, DEVICE_SERIES, series);
      }
      await markDirty(client, MACHINE_SERIES, stored.map(machineRow), state);
      await markDirty(client, DEVICE_SERIES, series, state);
      return stored;
    });
  }
}

function machineRow({ machine, timestamp, values, missing }: Sample): CopyRow {
  return {
    key: machine,
    timestamp,
    values: METRIC_NAMES.map((name) => values[name]),
    text: missing ? JSON.stringify(missing) : null,
  };
}

/** The device rows of those samples that were stored. */
function rowsOfStored(
  devices: readonly DeviceRow[],
  ids: readonly number[],
  stored: readonly Sample[],
  pushed: number,
): CopyRow[] {
  const rows = devices.map(({ machine, timestamp, values }, index) => ({
    key: ids[index] ?? 0,
    timestamp,
    values,
    sample: `${machine}/${timestamp}`,
  }));
  if (stored.length === pushed) {
    return rows;
  }
  const times = new Set(stored.map(({ machine, timestamp }) => `${machine}/${timestamp}`));
  return rows.filter(({ sample }) => times.has(sample));
}

function columnsOf(family: SeriesFamily): string[] {
  return [family.key, 'ts', ...family.metrics, ...(hasText(family) ? ['missing'] : [])];
}

function hasText(family: SeriesFamily): boolean {
  return family === MACHINE_SERIES;
}

const copyRows: StoreRows = async (client, family, rows) => {
  const copy = client.query(
    copyFrom(`COPY ${family.table} (${columnsOf(family)}) FROM STDIN WITH (FORMAT binary)`),
  );
  await pipeline([encodeCopy(rows, hasText(family))], copy, {
    signal: AbortSignal.timeout(COPY_TIMEOUT_MS),
  });
  return rows.map(() => true);
};

const insertNewRows: StoreRows = async (client, family, rows) => {
  const numbers = family.metrics.map((_, column) => rows.map((row) => row.values[column] ?? null));
  const texts = hasText(family) ? [rows.map((row) => row.text ?? null)] : [];
  const types = ['int', 'timestamptz', ...numbers.map(() => 'float8'), ...texts.map(() => 'text')];
  const { rows: inserted } = await client.query<[number, number]>({
    text: `INSERT INTO ${family.table} (${columnsOf(family)})
           SELECT * FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`)})
           ON CONFLICT DO NOTHING
           RETURNING ${family.key}, (extract(epoch FROM ts) * 1000)::float8`,
    values: [
      rows.map((row) => row.key),
      rows.map((row) => new Date(row.timestamp).toISOString()),
      ...numbers,
      ...texts,
    ],
    rowMode: 'array',
  });
  const isNew = new Set(inserted.map(([key, time]) => `${key}/${time}`));
  return rows.map((row) => isNew.has(`${row.key}/${row.timestamp}`));
};
