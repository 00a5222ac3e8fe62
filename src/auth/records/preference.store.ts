/** The statements on `user_preferences`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { atomically, type PreparedStatement } from '../../database/atomically.js';
import { PreferenceEntity } from './preference.entity.js';

/** Reads and writes what people set for themselves. */
@Injectable()
export class PreferenceStore {
  constructor(
    @InjectRepository(PreferenceEntity) private readonly repository: Repository<PreferenceEntity>,
  ) {}

  /** The user's preferences by name. */
  ofUser(userId: string): Promise<PreferenceEntity[]> {
    return this.repository.find({ where: { user_id: userId }, order: { name: 'ASC' } });
  }

  /** Stores some of the user's preferences and removes others, as one. */
  async change(
    userId: string,
    set: readonly { name: string; value: unknown }[],
    remove: readonly string[],
  ): Promise<void> {
    const statements: PreparedStatement[] = [];
    if (set.length > 0) {
      statements.push(
        this.repository
          .createQueryBuilder()
          .insert()
          .values(
            // Typed as a deep partial, which JSON of any shape is not.
            set.map(({ name, value }) => ({ user_id: userId, name, value: value as object })),
          )
          .orUpdate(['value'], ['user_id', 'name']),
      );
    }
    if (remove.length > 0) {
      statements.push(
        this.repository
          .createQueryBuilder()
          .delete()
          .where('user_id = :userId AND name IN (:...remove)', { userId, remove }),
      );
    }
    await atomically(this.repository.manager.dataSource, statements);
  }
}
