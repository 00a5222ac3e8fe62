/** Queries on SQLite: every one is bound by series and time. */
import type Database from 'better-sqlite3';
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
import { segmentsOf } from '../segments.js';
import { bucketAggregates, MACHINE_SERIES, type SeriesFamily, tableOf } from '../series.js';
import type { StoreState } from '../state.js';
import { deviceAges } from './device-ages.js';

/** Reads buckets and samples. */
export class SqliteReader {
  constructor(private readonly connection: Database.Database) {}

  /** Buckets of a family's series, from as many tiers as the range needs. */
  buckets(family: SeriesFamily, query: BucketQuery<string>, state: StoreState): Bucket[] {
    const lists = segmentsOf(query.tier, query.from, query.to, state).map(({ tier, from, to }) =>
      this.connection
        // A number above 2^31 is bound as a float: the casts keep the division a whole one.
        .prepare<unknown[], BucketRow>(
          `SELECT data.${family.key},
                  @origin + (data.ts - CAST(@origin AS INTEGER)) / CAST(@step AS INTEGER) * @step AS start,
                  ${bucketAggregates(query.metrics, tier)}
           FROM json_each(@keys) AS series
           CROSS JOIN ${tableOf(family, tier)} AS data
             ON data.${family.key} = series.value AND data.ts >= @from AND data.ts < @to
           GROUP BY 1, 2 ORDER BY 1, 2`,
        )
        .raw()
        .all({
          keys: JSON.stringify(query.keys),
          from,
          to,
          step: query.stepMs,
          origin: query.from,
        })
        .map(bucketFromRow),
    );
    return mergeBuckets(lists);
  }

  /** Devices of a machine; `since`: only those that had data at that time or later. */
  devices(machineKey: number, kind?: DeviceKind, since?: number): Device[] {
    if (since !== undefined) {
      return deviceAges(this.connection, machineKey, kind).filter(
        ({ last }) => last !== null && last >= since,
      );
    }
    return this.connection
      .prepare<unknown[], Device>(
        `SELECT id, machine, kind, name FROM devices
         WHERE machine = @machine AND (@kind IS NULL OR kind = @kind) ORDER BY kind, name`,
      )
      .all({ machine: machineKey, kind: kind ?? null });
  }

  /** Raw samples of one machine, oldest first. */
  samples(
    machine: Pick<Sample, 'machineKey' | 'machine_id'>,
    from: number,
    to: number,
    limit: number,
  ): Sample[] {
    return this.connection
      .prepare<unknown[], (number | string | null)[]>(
        `SELECT ts, missing, ${MACHINE_SERIES.metrics} FROM metrics
         WHERE machine = ? AND ts >= ? AND ts < ? ORDER BY ts LIMIT ?`,
      )
      .raw()
      .all(machine.machineKey, from, to, limit)
      .map((row) => sampleFromRow(machine, row));
  }

  /** Raw samples after each machine's cursor. */
  machineReadings(
    cursors: readonly ReadCursor[],
    metrics: readonly MetricName[],
    until: number,
  ): MachineReading[] {
    const statement = this.connection
      .prepare<unknown[], (number | null)[]>(
        `SELECT ${['ts', ...metrics]} FROM metrics
         WHERE machine = ? AND ts > ? AND ts <= ? ORDER BY ts LIMIT ${READINGS_PER_SERIES}`,
      )
      .raw();
    return cursors.flatMap(({ machine, after }) =>
      statement
        .all(machine, after, until)
        .map(([timestamp, ...values]) => ({ machine, timestamp: timestamp ?? 0, values })),
    );
  }

  /** Raw values of devices after each machine's cursor. */
  deviceReadings(
    cursors: readonly ReadCursor[],
    kinds: readonly DeviceKind[],
    metrics: readonly DeviceMetricName[],
    until: number,
  ): DeviceReading[] {
    const statement = this.connection
      .prepare<unknown[], (number | string | null)[]>(
        `SELECT devices.kind, devices.name, ${['data.ts', ...metrics.map((name) => `data.${name}`)]}
         FROM devices CROSS JOIN device_metrics AS data
           ON data.device = devices.id AND data.ts > ? AND data.ts <= ?
         WHERE devices.machine = ? AND devices.kind IN (SELECT value FROM json_each(?))
         ORDER BY devices.id, data.ts LIMIT ${DEVICE_READINGS_PER_MACHINE}`,
      )
      .raw();
    const wanted = JSON.stringify(kinds);
    return cursors.flatMap(({ machine, after }) =>
      statement.all(after, until, machine, wanted).map(([kind, name, timestamp, ...values]) => ({
        machine,
        kind: kind as DeviceKind,
        name: String(name),
        timestamp: Number(timestamp),
        values: values as (number | null)[],
      })),
    );
  }
}

/** Values of all devices of one machine that are read at once. */
const DEVICE_READINGS_PER_MACHINE = 100 * READINGS_PER_SERIES;
