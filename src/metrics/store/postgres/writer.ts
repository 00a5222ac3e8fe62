/** The write path on PostgreSQL: binary COPY, and only for late or repeated samples the slower way. */
import type { Pool } from 'pg';
import type { Sample } from '../../../domain-events/event-map.js';
import { type DeviceRow, deviceRows } from '../devices.js';
import type { HeadRow } from '../history/history-storage.js';
import { addSamples, packSamples } from '../history/samples.js';
import { type StoreState, stateFromRows } from '../state.js';
import { encodeHeadCopy } from './copy-format.js';
import type { DeviceIds } from './device-ids.js';
import type { Partitions } from './partitions.js';
import { inTransaction } from './pool.js';
import { PostgresSession } from './postgres-session.js';
import { inOneTrip } from './simple-query.js';
import { SHARE_WRITE_LOCK } from './write-lock.js';

/** Read under the lock, it holds until the commit. */
const STATE_SQL = 'SELECT name, value FROM metric_store_state';

const UNIQUE_VIOLATION = '23505';
const DIVISION_BY_ZERO = '22012';
/** Also raised for a row that no partition takes. */
const CHECK_VIOLATION = '23514';

const COPY_SQL = 'COPY raw_head (machine, ts, data) FROM STDIN WITH (FORMAT binary)';

/** Writes groups of samples. */
export class PostgresWriter {
  /** The last state that was seen; marks may have moved on since. */
  private seen: StoreState | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly partitions: Partitions,
    private readonly devices: DeviceIds,
    /** Called with the state that each write found. */
    private readonly sawState: (state: StoreState) => void,
  ) {}

  /** Stores the samples with their devices in one transaction; returns the samples that were new. */
  async write(samples: readonly Sample[]): Promise<Sample[]> {
    try {
      return await this.copyOrInsert(samples);
    } catch (error) {
      if ((error as { code?: string }).code !== CHECK_VIOLATION) {
        throw error;
      }
      // Another replica dropped a partition that we still counted on.
      this.partitions.forget();
      return this.copyOrInsert(samples);
    }
  }

  private async copyOrInsert(samples: readonly Sample[]): Promise<Sample[]> {
    const devices = deviceRows(samples);
    const { ids, forgotten } = await this.devices.resolve(devices);
    const oldest = samples.reduce((min, { timestamp }) => Math.min(min, timestamp), Infinity);
    if (this.seen === null || oldest < this.seen['1m.closed']) {
      return this.insertNew(samples, devices);
    }
    const rows = packSamples(samples, devices, ids);
    await this.partitions.ensure('raw_head', timesOf(rows));
    const obstacles = [
      `name = '1m.closed' AND value > ${oldest}`,
      ...(devices.length > 0 ? [`name = 'devices.forgotten' AND value <> ${forgotten}`] : []),
    ];
    try {
      const statements = [SHARE_WRITE_LOCK, stateUnlessSql(obstacles), COPY_SQL].join(';');
      const [, ...state] = await inOneTrip(this.pool, statements, [encodeHeadCopy(rows)]);
      this.learn(state.map(([name, value]) => ({ name: name ?? '', value: value ?? '' })));
      return [...samples];
    } catch (error) {
      const { code } = error as { code?: string };
      // Some are stored already, their minute was closed or a device was removed meanwhile.
      if (code === UNIQUE_VIOLATION || code === DIVISION_BY_ZERO) {
        return this.insertNew(samples, devices);
      }
      throw error;
    }
  }

  /** The same when some are late or stored already: slower, and it tells which were new. */
  private insertNew(samples: readonly Sample[], devices: readonly DeviceRow[]): Promise<Sample[]> {
    return inTransaction(this.pool, `${SHARE_WRITE_LOCK}; ${STATE_SQL}`, async (client, found) => {
      const state = this.learn(found as { name: string; value: string }[]);
      // Nobody removes devices beside this transaction, so these ids hold until its commit.
      const { ids } = await this.devices.resolve(devices);
      const session = new PostgresSession(client, this.partitions);
      const stored = await addSamples(session, packSamples(samples, devices, ids), state);
      const isNew = new Set(stored.map(({ machine, time }) => `${machine}/${time}`));
      return samples.filter(({ machineKey, timestamp }) =>
        isNew.delete(`${machineKey}/${timestamp}`),
      );
    });
  }

  private learn(rows: readonly { name: string; value: string }[]): StoreState {
    const state = stateFromRows(rows);
    this.seen = state;
    this.devices.sync(state['devices.forgotten']);
    this.sawState(state);
    return state;
  }
}

function timesOf(rows: readonly HeadRow[]): number[] {
  return rows.map(({ time }) => time);
}

/** The state; fails with a division by zero if one of the obstacles is met. */
function stateUnlessSql(obstacles: readonly string[]): string {
  return `SELECT name, value / (NOT (${obstacles.join(' OR ')}))::int FROM metric_store_state`;
}
