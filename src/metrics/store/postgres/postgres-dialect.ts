/** History on PostgreSQL: written by COPY, kept in partitions by time. */
import type { Pool } from 'pg';
import type { Tier } from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import type { StorageDialect } from '../history/history-store.js';
import type { DialectUsage, StepResult } from '../metrics-store.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';
import type { StoreState } from '../state.js';
import { DeviceIds } from './device-ids.js';
import { Partitions } from './partitions.js';
import { createPool, storeError } from './pool.js';
import { PostgresHistory } from './postgres-history.js';
import { PostgresRetention } from './retention.js';
import { PostgresWriter } from './writer.js';

const HOUR_MS = 3_600_000;
/** Partitions of the head are made this many hours ahead: no push waits for one. */
const HOURS_AHEAD = 2;

/** Connections for queries and background work. */
const POOL_SIZE = 8;
/** Connections that only writes use: charts, however slow, never keep a push waiting. */
const WRITE_POOL_SIZE = 4;

/** The dialect of PostgreSQL. */
export class PostgresDialect implements StorageDialect {
  readonly storage: PostgresHistory;
  private readonly writePool: Pool;
  private readonly partitions: Partitions;
  private readonly devices: DeviceIds;
  private readonly writer: PostgresWriter;
  private readonly retention: PostgresRetention;

  constructor(
    url: string,
    now: () => number,
    refusedDevices: RefusedDevicesService,
    sawState: (state: StoreState) => void,
  ) {
    const pool = createPool(url, POOL_SIZE);
    this.writePool = createPool(url, WRITE_POOL_SIZE);
    this.partitions = new Partitions(this.writePool);
    this.devices = new DeviceIds(this.writePool, refusedDevices);
    this.writer = new PostgresWriter(this.writePool, this.partitions, this.devices, sawState);
    this.storage = new PostgresHistory([pool, this.writePool], this.partitions);
    this.retention = new PostgresRetention(pool, this.partitions, this.storage, now);
  }

  write(samples: readonly Sample[]): Promise<Sample[]> {
    return this.writer.write(samples);
  }

  forgetDevices(machine: number | null): void {
    if (machine !== null) {
      this.devices.forget(machine);
    }
  }

  async prepare(now: number): Promise<void> {
    const hours = Array.from({ length: HOURS_AHEAD + 1 }, (_, index) => now + index * HOUR_MS);
    await this.partitions.ensure('raw_head', hours);
  }

  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult> {
    return this.retention.expire(now, retentionMs, signal);
  }

  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    return this.retention.shed(now, budgetBytes, signal);
  }

  clear(state: StoreState): Promise<boolean> {
    return this.retention.clear(state);
  }

  tidy(): Promise<void> {
    return this.retention.tidy();
  }

  usage(): Promise<DialectUsage> {
    return this.retention.usage();
  }

  errorOf(error: unknown): unknown {
    return storeError(error);
  }
}
