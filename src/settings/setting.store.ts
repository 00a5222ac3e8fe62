/** The statements on `settings`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { SettingEntity } from './setting.entity.js';

/** Reads and writes settings that replicas share. */
@Injectable()
export class SettingStore {
  constructor(
    @InjectRepository(SettingEntity) private readonly repository: Repository<SettingEntity>,
  ) {}

  async value(name: string): Promise<string | null> {
    return (await this.repository.findOneBy({ name }))?.value ?? null;
  }

  /** Keeps `value` unless there is one; answers the one that counts. */
  async valueOr(name: string, value: string): Promise<string> {
    await this.repository
      .createQueryBuilder()
      .insert()
      .values({ name, value })
      .orIgnore()
      .execute();
    return (await this.value(name)) ?? value;
  }

  async put(name: string, value: string): Promise<void> {
    await this.repository
      .createQueryBuilder()
      .insert()
      .values({ name, value })
      .orUpdate(['value'], ['name'])
      .execute();
  }

  /** Deletes the setting if it has that value; true for the one caller who did. */
  async take(name: string, value: string): Promise<boolean> {
    const { affected } = await this.repository
      .createQueryBuilder()
      .delete()
      .where('name = :name AND value = :value', { name, value })
      .execute();
    return affected === 1;
  }
}
