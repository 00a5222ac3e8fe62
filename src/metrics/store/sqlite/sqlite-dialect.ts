/** History on SQLite: one file, one connection, one thing at a time. */
import type Database from 'better-sqlite3';
import pLimit from 'p-limit';
import type { Tier } from '../../../contracts/index.js';
import type { Sample } from '../../../domain-events/event-map.js';
import { deviceRows } from '../devices.js';
import type {
  HeadRow,
  HistorySession,
  HistoryStorage,
  StorageLock,
} from '../history/history-storage.js';
import type { StorageDialect } from '../history/history-store.js';
import { addSamples, packSamples } from '../history/samples.js';
import type { DialectUsage, StepResult } from '../metrics-store.js';
import type { RefusedDevicesService } from '../refused-devices.service.js';
import { STATE_NAMES, type StoreState } from '../state.js';
import { openSqlite, sqliteError } from './connection.js';
import { SqliteDeviceIds } from './device-ids.js';
import { SqliteRetention } from './retention.js';
import { readState, SqliteSession, SqliteTransaction } from './sqlite-session.js';

/** The storage port over one connection. */
class SqliteHistory implements HistoryStorage {
  readonly session: HistorySession;
  /** Whatever uses the connection waits for the transaction before it. */
  private readonly turns = pLimit(1);

  constructor(private readonly connection: Database.Database) {
    this.session = this.inTurns(new SqliteSession(connection));
  }

  async open(initial: StoreState): Promise<void> {
    const insert = this.connection.prepare(
      'INSERT INTO metric_store_state (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    for (const name of STATE_NAMES) {
      insert.run(name, initial[name]);
    }
  }

  /** No lock is needed: this process is the only one, and nothing of the store runs beside `work`. */
  transaction<result>(
    _lock: StorageLock,
    work: (session: HistorySession) => Promise<result>,
  ): Promise<result> {
    return this.turns(async () => {
      const session = new SqliteTransaction(this.connection);
      const outcome = await work(session);
      session.commit();
      return outcome;
    });
  }

  /** Runs `work`, which does not wait for anything, between transactions. */
  alone<result>(work: () => result): Promise<result> {
    return this.turns(async () => work());
  }

  async close(): Promise<void> {
    await this.turns(async () => this.connection.close());
  }

  private inTurns(session: SqliteSession): HistorySession {
    const { turns } = this;
    return new Proxy(session, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? (...parameters: unknown[]) => turns(() => member.apply(target, parameters))
          : member;
      },
    });
  }
}

/** The dialect of SQLite. */
export class SqliteDialect implements StorageDialect {
  readonly storage: SqliteHistory;
  private readonly connection: Database.Database;
  private readonly insert: Database.Statement;
  private readonly devices: SqliteDeviceIds;
  private readonly retention: SqliteRetention;

  constructor(
    file: string,
    now: () => number,
    refusedDevices: RefusedDevicesService,
    private readonly sawState: (state: StoreState) => void,
  ) {
    const connection = openSqlite(file);
    this.connection = connection;
    this.insert = connection.prepare(
      'INSERT INTO raw_head (machine, ts, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.storage = new SqliteHistory(connection);
    this.devices = new SqliteDeviceIds(connection, refusedDevices);
    this.retention = new SqliteRetention(connection, now);
  }

  async write(samples: readonly Sample[]): Promise<Sample[]> {
    try {
      const stored =
        (await this.storage.alone(() => this.addInTime(samples))) ??
        (await this.storage.transaction(null, (session) => this.addAny(session, samples)));
      const isNew = new Set(stored.map(({ machine, time }) => `${machine}/${time}`));
      return samples.filter(({ machineKey, timestamp }) =>
        isNew.delete(`${machineKey}/${timestamp}`),
      );
    } catch (error) {
      // Ids that this transaction created are gone with it.
      this.devices.clear();
      throw error;
    }
  }

  /** The usual case: no sample is late, so the head alone tells which are new. `null` if one is. */
  private addInTime(samples: readonly Sample[]): HeadRow[] | null {
    const state = readState(this.connection);
    this.sawState(state);
    if (samples.some(({ timestamp }) => timestamp < state['1m.closed'])) {
      return null;
    }
    return this.connection
      .transaction(() =>
        this.pack(samples).filter(
          ({ machine, time, data }) => this.insert.run(machine, time, data).changes === 1,
        ),
      )
      .immediate();
  }

  private async addAny(session: HistorySession, samples: readonly Sample[]): Promise<HeadRow[]> {
    return addSamples(session, this.pack(samples), await session.state());
  }

  private pack(samples: readonly Sample[]): HeadRow[] {
    const devices = deviceRows(samples);
    return packSamples(samples, devices, this.devices.idsOf(devices));
  }

  forgetDevices(): void {
    this.devices.clear();
  }

  /** Nothing to prepare: one file takes every day. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  expire(now: number, retentionMs: Record<Tier, number>, signal: AbortSignal): Promise<StepResult> {
    return this.storage.alone(() => {
      signal.throwIfAborted();
      return this.retention.expire(now, retentionMs);
    });
  }

  shed(now: number, budgetBytes: number, signal: AbortSignal): Promise<StepResult> {
    return this.storage.alone(() => {
      signal.throwIfAborted();
      return this.retention.shed(now, budgetBytes);
    });
  }

  clear(state: StoreState): Promise<boolean> {
    return this.storage.alone(() => this.retention.clearHead(state['raw.sealed']));
  }

  /** Pages of deleted rows are used again. */
  tidy(): Promise<void> {
    return Promise.resolve();
  }

  usage(): Promise<DialectUsage> {
    return this.storage.alone(() => this.retention.usage());
  }

  errorOf(error: unknown): unknown {
    return sqliteError(error);
  }
}
