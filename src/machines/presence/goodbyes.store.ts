/** SQL of the history of goodbyes. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, LessThan, Repository } from 'typeorm';
import type { GoodbyeReason } from '../../contracts/index.js';
import { GoodbyeEntity } from './goodbye.entity.js';

/** A goodbye; `at` in epoch milliseconds. */
export interface Goodbye {
  at: number;
  reason: GoodbyeReason;
}

/** Keeps what agents said when they left. */
@Injectable()
export class GoodbyesStore {
  constructor(
    @InjectRepository(GoodbyeEntity) private readonly goodbyes: Repository<GoodbyeEntity>,
  ) {}

  async add(machineKey: number, { at, reason }: Goodbye): Promise<void> {
    const row = { machine: machineKey, received_at: at, reason };
    const insert = this.goodbyes.createQueryBuilder().insert().values(row).orIgnore();
    await insert.updateEntity(false).execute();
  }

  /** The goodbyes of a machine in a range of time, in order. */
  async between(machineKey: number, from: number, to: number): Promise<Goodbye[]> {
    const rows = await this.goodbyes.find({
      where: { machine: machineKey, received_at: Between(from, to) },
      order: { received_at: 'ASC' },
    });
    return rows.map(({ received_at, reason }) => ({
      at: received_at,
      reason: reason as GoodbyeReason,
    }));
  }

  /** Removes those from before `time`. */
  async prune(time: number): Promise<void> {
    await this.goodbyes.delete({ received_at: LessThan(time) });
  }

  /** Removes all of a machine. */
  async remove(machineKey: number): Promise<void> {
    await this.goodbyes.delete({ machine: machineKey });
  }
}
