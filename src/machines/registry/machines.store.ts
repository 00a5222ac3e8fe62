/** SQL of the registry of machines. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThan, MoreThanOrEqual, Repository } from 'typeorm';
import { MachineEntity } from './machine.entity.js';

/** A machine without its host facts, which lists do not need. */
export type MachineRow = Omit<MachineEntity, 'host'>;

const ROW_COLUMNS = {
  key: true,
  machine_id: true,
  identity: true,
  machine_name: true,
  os: true,
  agent_version: true,
  tags: true,
  interval_seconds: true,
  clock_offset_seconds: true,
  registered_at: true,
  identity_conflict_at: true,
  deleted_at: true,
  reported_name: true,
  reported_tags: true,
  changed_at: true,
} as const satisfies Record<keyof MachineRow, true>;

/** Reads and writes the registry. */
@Injectable()
export class MachinesStore {
  constructor(
    @InjectRepository(MachineEntity) private readonly machines: Repository<MachineEntity>,
  ) {}

  /** Adds a machine unless its identity is taken; says nothing about which. */
  async insertIfNew(machine: Omit<MachineEntity, 'key'>): Promise<void> {
    // Where nothing is inserted there is no key that TypeORM could put into the entity.
    const insert = this.machines.createQueryBuilder().insert().values(machine).orIgnore();
    await insert.updateEntity(false).execute();
  }

  /** The living machine of an identity. */
  async byIdentity(identity: string): Promise<MachineEntity | null> {
    return this.machines.findOneBy({ identity, deleted_at: IsNull() });
  }

  /** A living machine by its internal key. */
  async byKey(key: number): Promise<MachineEntity | null> {
    return this.machines.findOneBy({ key, deleted_at: IsNull() });
  }

  /** A living machine by its public id. */
  async byMachineId(machine_id: string): Promise<MachineEntity | null> {
    return this.machines.findOneBy({ machine_id, deleted_at: IsNull() });
  }

  /** Living machines among `machine_ids`: key, public id and interval only. */
  async refsOf(
    machine_ids: readonly string[],
  ): Promise<Pick<MachineRow, 'key' | 'machine_id' | 'interval_seconds'>[]> {
    return this.machines.find({
      select: { key: true, machine_id: true, interval_seconds: true },
      where: { machine_id: In([...machine_ids]), deleted_at: IsNull() },
    });
  }

  /** Every living machine, without host facts. */
  async living(): Promise<MachineRow[]> {
    return this.machines.find({ select: ROW_COLUMNS, where: { deleted_at: IsNull() } });
  }

  /** Machines that were registered, changed or deleted at `time` or later. */
  async changedSince(time: number): Promise<MachineRow[]> {
    return this.machines.find({
      select: ROW_COLUMNS,
      where: { changed_at: MoreThanOrEqual(time) },
    });
  }

  /** Changes a living machine at the time `now`; returns false if it is gone. */
  async update(
    key: number,
    changes: Partial<Omit<MachineEntity, 'key' | 'changed_at'>>,
    now: number,
  ): Promise<boolean> {
    const outcome = await this.machines.update(
      { key, deleted_at: IsNull() },
      { ...changes, changed_at: now },
    );
    return outcome.affected !== 0;
  }

  /** Marks machines at which two agents were noticed at the time `now`. */
  async markConflicts(keys: readonly number[], now: number): Promise<void> {
    await this.machines.update(
      { key: In([...keys]) },
      { identity_conflict_at: now, changed_at: now },
    );
  }

  /** Internal keys of the machines that were deleted before `time` and are still to be purged. */
  async deletedBefore(time: number): Promise<number[]> {
    const rows = await this.machines.find({
      select: { key: true },
      where: { deleted_at: LessThan(time) },
      order: { key: 'ASC' },
    });
    return rows.map((row) => row.key);
  }

  /** Removes what is left of a deleted machine. */
  async remove(key: number): Promise<void> {
    await this.machines
      .createQueryBuilder()
      .delete()
      .where('key = :key AND deleted_at IS NOT NULL', { key })
      .execute();
  }
}
