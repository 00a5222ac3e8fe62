/** Queries on PostgreSQL: every one is bound by series and time. */
import type { Pool } from 'pg';
import {
  type DeviceKind,
  type DeviceMetricName,
  type MetricName,
} from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { type BucketRow, bucketFromRow, mergeBuckets } from '../buckets.js';
import {
  type Bucket,
  type BucketQuery,
  type Device,
  type DeviceReading,
  type MachineReading,
  READINGS_PER_SERIES,
  type ReadCursor,
} from '../metrics-store.js';
import { sampleFromRow } from '../sample-row.js';
import { type Segment, segmentsOf, upToDirty } from '../segments.js';
import { bucketAggregates, MACHINE_SERIES, type SeriesFamily, tableOf } from '../series.js';
import type { StoreState } from '../state.js';
import { deviceAges } from './device-ages.js';
import { oldestDirty } from './dirty-buckets.js';
import { type PostgresRollup, readState } from './rollup.js';

/** From so many series on a chart is read in two parts. */
const MANY_SERIES = 16;

/** Reads buckets and samples. */
export class PostgresReader {
  constructor(
    private readonly pool: Pool,
    private readonly rollup: PostgresRollup,
  ) {}

  /** Buckets of a family's series, from as many tiers as the range needs. */
  async buckets(family: SeriesFamily, query: BucketQuery<string>): Promise<Bucket[]> {
    const state = await this.readableState(family, query);
    const lists: Bucket[][] = [];
    for (const segment of segmentsOf(query.tier, query.from, query.to, state)) {
      const parts = partsOf(query.keys).map((keys) =>
        this.bucketsOfPart(family, { ...query, keys }, segment),
      );
      lists.push(...(await Promise.all(parts)));
    }
    return mergeBuckets(lists);
  }

  private async bucketsOfPart(
    family: SeriesFamily,
    { keys, metrics, stepMs, from: origin }: BucketQuery<string>,
    { tier, from, to }: Segment,
  ): Promise<Bucket[]> {
    const aggregates = bucketAggregates(metrics, tier);
    const values = aggregates.map((_, index) => `v${index}`);
    // The origin aligns steps to the query's start. Epochs are taken of the steps, not of every row:
    // they cost more than the sums.
    const { rows } = await this.pool.query<(number | string | null)[]>({
      text: `SELECT series.key, (extract(epoch FROM bucket.step) * 1000)::float8, ${values}
             FROM unnest($1::int[]) AS series (key) CROSS JOIN LATERAL (
               SELECT date_bin($4::interval, ts, $5::timestamptz) AS step,
                      ${aggregates.map((aggregate, index) => `${aggregate} AS v${index}`)}
               FROM ${tableOf(family, tier)}
               WHERE ${family.key} = series.key AND ts >= $2::timestamptz AND ts < $3::timestamptz
               GROUP BY 1
             ) AS bucket ORDER BY series.key, bucket.step`,
      values: [
        keys,
        new Date(from).toISOString(),
        new Date(to).toISOString(),
        `${stepMs} milliseconds`,
        new Date(origin).toISOString(),
      ],
      rowMode: 'array',
    });
    return rows.map((row: BucketRow) => bucketFromRow(row));
  }

  /** Makes late buckets right before they are read; where some stay wrong, finer tiers answer. */
  private async readableState(
    family: SeriesFamily,
    { tier, keys }: BucketQuery<string>,
  ): Promise<StoreState> {
    const state = await readState(this.pool);
    if (tier === 'raw' || !(await oldestDirty(this.pool, family, keys, state))) {
      return state;
    }
    await this.rollup.refresh(family, keys);
    const dirty = await oldestDirty(this.pool, family, keys, state);
    const refreshed = await readState(this.pool);
    return dirty ? upToDirty(refreshed, dirty) : refreshed;
  }

  /** Devices of a machine; `since`: only those that had data at that time or later. */
  async devices(machineKey: number, kind?: DeviceKind, since?: number): Promise<Device[]> {
    if (since !== undefined) {
      const devices = await deviceAges(this.pool, machineKey, kind);
      return devices.filter(({ last }) => last !== null && last >= since);
    }
    const { rows } = await this.pool.query<Device>(
      `SELECT id, machine, kind, name FROM devices
       WHERE machine = $1 AND ($2::text IS NULL OR kind = $2) ORDER BY kind, name`,
      [machineKey, kind ?? null],
    );
    return rows;
  }

  /** Raw samples of one machine, oldest first. */
  async samples(
    machine: Pick<Sample, 'machineKey' | 'machine_id'>,
    from: number,
    to: number,
    limit: number,
  ): Promise<Sample[]> {
    const { rows } = await this.pool.query<(number | string | null)[]>({
      text: `SELECT (extract(epoch FROM ts) * 1000)::float8, missing, ${MACHINE_SERIES.metrics}
             FROM metrics WHERE machine = $1 AND ts >= $2::timestamptz AND ts < $3::timestamptz
             ORDER BY ts LIMIT $4`,
      values: [machine.machineKey, new Date(from).toISOString(), new Date(to).toISOString(), limit],
      rowMode: 'array',
    });
    return rows.map((row) => sampleFromRow(machine, row));
  }

  /** Raw samples after each machine's cursor. */
  async machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): Promise<MachineReading[]> {
    const { rows } = await this.pool.query<(number | null)[]>({
      text: `SELECT wanted.machine, reading.* FROM unnest($1::int[], $2::timestamptz[]) AS wanted (machine, after)
             CROSS JOIN LATERAL (
               SELECT ${[EPOCH_MS, ...metrics]} FROM metrics
               WHERE machine = wanted.machine AND ts > wanted.after AND ts <= $3::timestamptz
               ORDER BY ts LIMIT ${READINGS_PER_SERIES}
             ) AS reading`,
      values: [...cursorParameters(cursors), new Date(until).toISOString()],
      rowMode: 'array',
    });
    return rows.map(([machine, timestamp, ...values]) => ({
      machine: machine ?? 0,
      timestamp: timestamp ?? 0,
      values,
    }));
  }

  /** Raw values of devices after each machine's cursor. */
  async deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): Promise<DeviceReading[]> {
    const { rows } = await this.pool.query<(number | string | null)[]>({
      text: `SELECT wanted.machine, devices.kind, devices.name, reading.*
             FROM unnest($1::int[], $2::timestamptz[]) AS wanted (machine, after)
             JOIN devices ON devices.machine = wanted.machine AND devices.kind = ANY ($4::text[])
             CROSS JOIN LATERAL (
               SELECT ${[EPOCH_MS, ...metrics]} FROM device_metrics
               WHERE device = devices.id AND ts > wanted.after AND ts <= $3::timestamptz
               ORDER BY ts LIMIT ${READINGS_PER_SERIES}
             ) AS reading`,
      values: [...cursorParameters(cursors), new Date(until).toISOString(), kinds],
      rowMode: 'array',
    });
    return rows.map(([machine, kind, name, timestamp, ...values]) => ({
      machine: Number(machine),
      kind: kind as DeviceKind,
      name: String(name),
      timestamp: Number(timestamp),
      values: values as (number | null)[],
    }));
  }
}

/** Many series are read over two connections: PostgreSQL computes each on a core of its own. */
function partsOf(keys: readonly number[]): (readonly number[])[] {
  const half = Math.ceil(keys.length / 2);
  return keys.length < MANY_SERIES ? [keys] : [keys.slice(0, half), keys.slice(half)];
}

const EPOCH_MS = '(extract(epoch FROM ts) * 1000)::float8 AS timestamp';

function cursorParameters(cursors: readonly ReadCursor[]): [number[], string[]] {
  return [
    cursors.map(({ machine }) => machine),
    cursors.map(({ after }) => new Date(after).toISOString()),
  ];
}
