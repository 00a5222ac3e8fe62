/** A metrics store on a database of its own, in this process, with a clock of the test's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../src/config/server-config.js';
import { type DeviceMetricName, METRIC_NAMES, type MetricName } from '../../src/contracts/index.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { openDatabase } from '../../src/database/open-database.js';
import type { Sample } from '../../src/domain-events/event-map.js';
import { createMetricsStore } from '../../src/metrics/store/create-metrics-store.js';
import type {
  BucketQuery,
  MetricsStore,
  SeriesBuckets,
} from '../../src/metrics/store/metrics-store.js';
import { RefusedDevicesService } from '../../src/metrics/store/refused-devices.service.js';
import { createDatabase } from './postgres.js';
import type { TestDatabase } from './server.js';

/** One bucket of a series. */
export interface Bucket {
  key: number;
  /** Epoch milliseconds. */
  start: number;
  /** By the metrics of the query. */
  values: ({ sum: number; count: number; min: number; max: number } | null)[];
}

/** Buckets of machines, those with samples alone, ordered by key and start. */
export async function machineBuckets(
  store: MetricsStore,
  query: BucketQuery<MetricName>,
): Promise<Bucket[]> {
  return bucketsOf(query, await store.machineBuckets(query));
}

/** Buckets of devices, those with values alone, ordered by key and start. */
export async function deviceBuckets(
  store: MetricsStore,
  query: BucketQuery<DeviceMetricName>,
): Promise<Bucket[]> {
  return bucketsOf(query, await store.deviceBuckets(query));
}

function bucketsOf(
  { from, to, stepMs }: BucketQuery<string>,
  list: readonly SeriesBuckets[],
): Bucket[] {
  return list.flatMap(({ key, present, columns }) => {
    expect(present).toHaveLength(Math.ceil((to - from) / stepMs));
    const at = (list: Float64Array, step: number) => list[step] ?? Number.NaN;
    return [...present].flatMap((isPresent, step) =>
      isPresent === 0
        ? []
        : {
            key,
            start: from + step * stepMs,
            values: columns.map(({ sum, count, min, max }) =>
              count[step] === 0
                ? null
                : {
                    sum: at(sum, step),
                    count: at(count, step),
                    min: at(min, step),
                    max: at(max, step),
                  },
            ),
          },
    );
  });
}

/** At most `limit` raw samples of a machine in `[from, to)`, oldest first, without devices. */
export async function samplesIn(
  store: MetricsStore,
  machine: Pick<Sample, 'machineKey' | 'machine_id'>,
  from: number,
  to: number,
  limit: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let page = await store.sampleColumns(machine.machineKey, from, to);
  while (page !== null && samples.length < limit) {
    const { times, values, missing } = page;
    for (const [index, timestamp] of times.entries()) {
      const text = missing[index] ?? null;
      samples.push({
        machineKey: machine.machineKey,
        machine_id: machine.machine_id,
        timestamp,
        values: Object.fromEntries(
          METRIC_NAMES.map((name, metric) => {
            const value = values[metric]?.[index] ?? Number.NaN;
            return [name, Number.isNaN(value) ? null : value];
          }),
        ),
        missing: text === null ? undefined : JSON.parse(text),
      });
    }
    page = await store.sampleColumns(machine.machineKey, (times.at(-1) ?? to) + 1, to);
  }
  return samples.slice(0, limit);
}

/** A store under test. */
export interface TestStore {
  store: MetricsStore;
  dataSource: DataSource;
  config: DatabaseConfig;
  /** Epoch milliseconds that the store takes for now. */
  now: number;
  /** Adds machines to the registry and answers their keys. */
  addMachines(count: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens a store on a fresh database, at the time `now`, after `prepare` has changed the database. */
export async function openTestStore(
  database: TestDatabase,
  now: number,
  prepare?: (test: TestStore) => Promise<void>,
): Promise<TestStore> {
  const home = await createHome(database);
  const dataSource = await openDatabase(dataSourceOptions(home.config));
  const test: TestStore = {
    store: createMetricsStore(home.config, () => test.now, new RefusedDevicesService()),
    dataSource,
    config: home.config,
    now,
    async addMachines(count) {
      const existing = await dataSource.query('SELECT key FROM machines');
      for (let index = existing.length; index < existing.length + count; index++) {
        await dataSource
          .createQueryBuilder()
          .insert()
          .into('machines', [
            'machine_id',
            'identity',
            'machine_name',
            'os',
            'agent_version',
            'tags',
            'host',
            'interval_seconds',
            'registered_at',
          ])
          .values({
            machine_id: machineId(index),
            identity: `name:${index}`,
            machine_name: `machine ${index}`,
            os: 'linux',
            agent_version: '0.1.0',
            tags: '[]',
            host: '{}',
            interval_seconds: 10,
            registered_at: now,
          })
          .execute();
      }
      const rows: { key: number }[] = await dataSource.query(
        'SELECT key FROM machines ORDER BY key',
      );
      return rows.slice(-count).map(({ key }) => key);
    },
    async close() {
      await test.store.close();
      await dataSource.destroy();
      await home.remove();
    },
  };
  await prepare?.(test);
  await test.store.open();
  return test;
}

/** A sample of a machine, by its key. */
export function storeSample(
  machine: number,
  timestamp: number,
  more: Partial<Sample> = {},
): Sample {
  return { machineKey: machine, machine_id: machineId(machine), timestamp, values: {}, ...more };
}

function machineId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

async function createHome(
  database: TestDatabase,
): Promise<{ config: DatabaseConfig; remove(): Promise<void> }> {
  if (database === 'postgres') {
    const { url, drop } = await createDatabase({ timeZone: 'America/St_Johns' });
    return { config: { dialect: 'postgres', url }, remove: drop };
  }
  const folder = await mkdtemp(join(tmpdir(), 'procspy-store-'));
  return {
    config: { dialect: 'sqlite', file: join(folder, 'procspy.db') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
