/** The statements on `replicas`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, MoreThanOrEqual, Repository } from 'typeorm';
import { ReplicaEntity } from './replica.entity.js';

/** Reads and writes which replicas there are. */
@Injectable()
export class ReplicasStore {
  constructor(
    @InjectRepository(ReplicaEntity) private readonly replicas: Repository<ReplicaEntity>,
  ) {}

  /** Stores what a replica says of itself. */
  async write(replica: ReplicaEntity): Promise<void> {
    await this.replicas
      .createQueryBuilder()
      .insert()
      .values(replica)
      .orUpdate(['seen_at', 'report'], ['id'])
      .updateEntity(false)
      .execute();
  }

  /** Those that were seen at `since` (epoch milliseconds) or later. */
  seenSince(since: number): Promise<ReplicaEntity[]> {
    return this.replicas.findBy({ seen_at: MoreThanOrEqual(since) });
  }

  /** Forgets a replica that stops. */
  async remove(id: string): Promise<void> {
    await this.replicas.delete({ id });
  }

  /** Forgets those that were last seen before `time`. */
  async removeSilent(time: number): Promise<void> {
    await this.replicas.delete({ seen_at: LessThan(time) });
  }
}
