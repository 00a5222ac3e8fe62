/** The write path on PostgreSQL: binary COPY, and only on a duplicate the slower way. */
import type { Pool, PoolClient } from 'pg';
import { METRIC_NAMES } from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { NOT_STORED } from '../device-limits.js';
import { type DeviceRow, deviceRows } from '../devices.js';
import { DEVICE_SERIES, MACHINE_SERIES, type SeriesFamily } from '../series.js';
import { type StoreState, stateFromRows } from '../state.js';
import { type CopyLayout, encodeCopy } from './copy-encoder.js';
import type { DeviceIds } from './device-ids.js';
import { markDirty, markDirtySql } from './dirty-buckets.js';
import { inOneTrip } from './one-trip.js';
import type { Partitions } from './partitions.js';
import { inTransaction } from './pool.js';
import { SHARE_WRITE_LOCK } from './write-lock.js';

/** Read under the lock, it holds until the commit. */
const STATE_SQL = 'SELECT name, value FROM metric_store_state';

const UNIQUE_VIOLATION = '23505';
const DIVISION_BY_ZERO = '22012';
/** Also raised for a row that no partition takes. */
const CHECK_VIOLATION = '23514';

/** A row of either family. */
interface SeriesRow {
  key: number;
  timestamp: number;
  values: readonly (number | null | undefined)[];
  text?: string | null;
}

const SAMPLE_LAYOUT: CopyLayout<Sample> = {
  numbers: METRIC_NAMES.length,
  key: ({ machineKey: machine }) => machine,
  timestamp: ({ timestamp }) => timestamp,
  number: ({ values }, column) => values[METRIC_NAMES[column] as (typeof METRIC_NAMES)[number]],
  text: ({ missing }) => (missing ? JSON.stringify(missing) : null),
};

const DEVICE_LAYOUT: CopyLayout<SeriesRow> = {
  numbers: DEVICE_SERIES.metrics.length,
  key: ({ key }) => key,
  timestamp: ({ timestamp }) => timestamp,
  number: ({ values }, column) => values[column],
};

/** Writes groups of samples. */
export class PostgresWriter {
  /** Samples before it are late; it may have moved on since it was read. */
  private closed = 0;

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
    const resolved = await this.devices.resolve(devices);
    try {
      return await this.copy(samples, seriesRows(devices, resolved.ids), resolved.forgotten);
    } catch (error) {
      const { code } = error as { code?: string };
      // Some are stored already, their minute was closed or a device was removed meanwhile.
      if (code === UNIQUE_VIOLATION || code === DIVISION_BY_ZERO) {
        return this.insertNew(samples, devices);
      }
      throw error;
    }
  }

  /** The usual case: all samples are new, and the ids of `devices` are of the state `forgotten`. */
  private async copy(
    samples: readonly Sample[],
    devices: readonly SeriesRow[],
    forgotten: number,
  ): Promise<Sample[]> {
    const oldest = samples.reduce((min, { timestamp }) => Math.min(min, timestamp), Infinity);
    const late = oldest < this.closed;
    const obstacles = [
      ...(late ? [] : [`name = '1m.closed' AND value > ${oldest}`]),
      ...(devices.length > 0 ? [`name = 'devices.forgotten' AND value <> ${forgotten}`] : []),
    ];
    const statements = [SHARE_WRITE_LOCK, stateUnlessSql(obstacles), copySql(MACHINE_SERIES)];
    const data = [encodeCopy(samples, SAMPLE_LAYOUT)];
    if (devices.length > 0) {
      statements.push(copySql(DEVICE_SERIES));
      data.push(encodeCopy(devices, DEVICE_LAYOUT));
    }
    if (late) {
      statements.push(markDirtySql(MACHINE_SERIES, samples.map(machineRow)));
      statements.push(markDirtySql(DEVICE_SERIES, devices));
    }
    const [, ...state] = await inOneTrip(this.pool, statements.join(';'), data);
    this.learn(state.map(([name, value]) => ({ name: name ?? '', value: value ?? '' })));
    return [...samples];
  }

  /** The same when some are stored already: slower, and it tells which were new. */
  private insertNew(samples: readonly Sample[], devices: readonly DeviceRow[]): Promise<Sample[]> {
    return inTransaction(this.pool, `${SHARE_WRITE_LOCK}; ${STATE_SQL}`, async (client, rows) => {
      const state = this.learn(rows as { name: string; value: string }[]);
      // Nobody removes devices beside this transaction, so these ids hold until its commit.
      const { ids } = await this.devices.resolve(devices);
      const isNew = await insertNewRows(client, MACHINE_SERIES, samples.map(machineRow));
      const stored = samples.filter((_, index) => isNew[index]);
      const series = rowsOfStored(devices, ids, stored, samples.length);
      if (series.length > 0) {
        await insertNewRows(client, DEVICE_SERIES, series);
      }
      await markDirty(client, MACHINE_SERIES, stored.map(machineRow), state);
      await markDirty(client, DEVICE_SERIES, series, state);
      return stored;
    });
  }

  private learn(rows: readonly { name: string; value: string }[]): StoreState {
    const state = stateFromRows(rows);
    this.closed = state['1m.closed'];
    this.devices.sync(state['devices.forgotten']);
    this.sawState(state);
    return state;
  }
}

/** The state; fails with a division by zero if one of the obstacles is met. */
function stateUnlessSql(obstacles: readonly string[]): string {
  return obstacles.length === 0
    ? STATE_SQL
    : `SELECT name, value / (NOT (${obstacles.join(' OR ')}))::int FROM metric_store_state`;
}

function machineRow({ machineKey: machine, timestamp, values, missing }: Sample): SeriesRow {
  return {
    key: machine,
    timestamp,
    values: METRIC_NAMES.map((name) => values[name]),
    text: missing ? JSON.stringify(missing) : null,
  };
}

/** The rows of those devices that are stored. */
function seriesRows(devices: readonly DeviceRow[], ids: readonly number[]): SeriesRow[] {
  return devices.flatMap(({ timestamp, values }, index) => {
    const key = ids[index] ?? NOT_STORED;
    return key === NOT_STORED ? [] : [{ key, timestamp, values }];
  });
}

/** The device rows of those samples that were stored. */
function rowsOfStored(
  devices: readonly DeviceRow[],
  ids: readonly number[],
  stored: readonly Sample[],
  pushed: number,
): SeriesRow[] {
  const times = new Set(
    stored.map(({ machineKey: machine, timestamp }) => `${machine}/${timestamp}`),
  );
  const isStored = ({ machine, timestamp }: DeviceRow) =>
    stored.length === pushed || times.has(`${machine}/${timestamp}`);
  const kept = devices.map((row) => isStored(row));
  return seriesRows(
    devices.filter((_, index) => kept[index]),
    ids.filter((_, index) => kept[index]),
  );
}

function columnsOf(family: SeriesFamily): string[] {
  return [family.key, 'ts', ...family.metrics, ...(hasText(family) ? ['missing'] : [])];
}

function hasText(family: SeriesFamily): boolean {
  return family === MACHINE_SERIES;
}

function copySql(family: SeriesFamily): string {
  return `COPY ${family.table} (${columnsOf(family)}) FROM STDIN WITH (FORMAT binary)`;
}

/** Inserts those rows that are not there; answers which were new, in their order. */
async function insertNewRows(
  client: PoolClient,
  family: SeriesFamily,
  rows: readonly SeriesRow[],
): Promise<boolean[]> {
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
}
