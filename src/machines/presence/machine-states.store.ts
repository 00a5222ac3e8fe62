/** SQL of the presence that replicas share. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, MoreThan, Not, Repository } from 'typeorm';
import type { MachineStatus } from '../../contracts/index.js';
import { MachineStateEntity } from './machine-state.entity.js';

/** Rows of one statement. */
const CHUNK_ROWS = 500;

const SEEN_LATER = 'excluded.last_seen_at > machine_states.last_seen_at';
const SAMPLE_NEWER = 'excluded.latest_at > COALESCE(machine_states.latest_at, 0)';

/** What a flush writes of one machine. */
export type MachineStateWrite = Pick<
  MachineStateEntity,
  'machine' | 'last_seen_at' | 'goodbye' | 'latest_at' | 'latest'
>;

/** Reads and writes the table `machine_states`. */
@Injectable()
export class MachineStatesStore {
  private lastStamp = 0;

  constructor(
    @InjectRepository(MachineStateEntity)
    private readonly states: Repository<MachineStateEntity>,
  ) {}

  /** True if only this process writes: on SQLite there is one server. */
  get exclusive(): boolean {
    return this.states.manager.dataSource.options.type === 'better-sqlite3';
  }

  /** Every row. */
  async all(): Promise<MachineStateEntity[]> {
    return this.states.find();
  }

  /**
   * Rows that others than `me` wrote: of writers in `readUpTo` those with a later stamp, of unknown
   * ones those after `since`.
   */
  async fromOthers(
    me: string,
    readUpTo: ReadonlyMap<string, number>,
    since: number,
  ): Promise<MachineStateEntity[]> {
    const known = [...readUpTo].filter(([writer]) => writer !== me);
    return this.states.findBy([
      ...known.map(([writer, stamp]) => ({ writer, flushed_at: MoreThan(stamp) })),
      {
        writer: Not(In([me, ...known.map(([writer]) => writer)])),
        flushed_at: MoreThan(since),
      },
    ]);
  }

  /**
   * Writes many rows, a statement a chunk, stamped with a time that only goes up. Of what two
   * replicas know of one machine the later sign of life and the newer sample stay, in whichever order they
   * arrive.
   */
  async upsert(rows: readonly MachineStateWrite[], writer: string, now: number): Promise<void> {
    // All replicas write in the same order, so that none waits for the other in a circle.
    const sorted = [...rows].sort((a, b) => a.machine - b.machine);
    for (let start = 0; start < sorted.length; start += CHUNK_ROWS) {
      this.lastStamp = Math.max(now, this.lastStamp + 1);
      await this.upsertChunk(sorted.slice(start, start + CHUNK_ROWS), writer, this.lastStamp);
    }
  }

  private async upsertChunk(
    rows: readonly MachineStateWrite[],
    writer: string,
    stamp: number,
  ): Promise<void> {
    const parameters: (number | string | null)[] = [];
    const values = rows.map((row) => {
      const cells = [
        row.machine,
        row.last_seen_at,
        row.goodbye,
        row.latest_at,
        row.latest,
        writer,
        stamp,
      ];
      return `(${cells.map((cell) => this.placeholder(parameters.push(cell))).join(', ')})`;
    });
    await this.states.query(
      `INSERT INTO machine_states (machine, last_seen_at, goodbye, latest_at, latest, writer, flushed_at)
       VALUES ${values.join(', ')}
       ON CONFLICT (machine) DO UPDATE SET
         last_seen_at = CASE WHEN ${SEEN_LATER}
           THEN excluded.last_seen_at ELSE machine_states.last_seen_at END,
         goodbye = CASE WHEN ${SEEN_LATER}
           THEN excluded.goodbye ELSE machine_states.goodbye END,
         latest = CASE WHEN ${SAMPLE_NEWER} THEN excluded.latest ELSE machine_states.latest END,
         latest_at = CASE WHEN ${SAMPLE_NEWER}
           THEN excluded.latest_at ELSE machine_states.latest_at END,
         writer = excluded.writer,
         flushed_at = excluded.flushed_at
       WHERE ${SEEN_LATER} OR ${SAMPLE_NEWER}`,
      parameters,
    );
  }

  private placeholder(position: number): string {
    return this.exclusive ? '?' : `$${position}`;
  }

  /** Keeps the status that was published for machines. */
  async setKnownStatus(machines: readonly number[], status: MachineStatus): Promise<void> {
    for (let start = 0; start < machines.length; start += CHUNK_ROWS) {
      const chunk = machines.slice(start, start + CHUNK_ROWS);
      await this.states.update({ machine: In(chunk) }, { known_status: status });
    }
  }

  /** The status that was published last for each machine. */
  async knownStatuses(): Promise<Map<number, MachineStatus>> {
    const rows = await this.states.find({ select: { machine: true, known_status: true } });
    return new Map(
      rows.flatMap(({ machine, known_status }) =>
        known_status ? [[machine, known_status as MachineStatus]] : [],
      ),
    );
  }

  /** Removes a machine's row, and rows that a late write left of machines long gone. */
  async remove(machineKey: number): Promise<void> {
    await this.states
      .createQueryBuilder()
      .delete()
      .where('machine = :machine OR machine NOT IN (SELECT "key" FROM machines)', {
        machine: machineKey,
      })
      .execute();
  }
}
