/** The statements on `alert_rules`. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { atomically } from '../../database/atomically.js';
import { AlertEntity } from '../records/alert.entity.js';
import { RuleEntity } from './rule.entity.js';

/** Reads and writes rules. */
@Injectable()
export class RulesStore {
  constructor(
    @InjectRepository(RuleEntity) private readonly rules: Repository<RuleEntity>,
    @InjectRepository(AlertEntity) private readonly alerts: Repository<AlertEntity>,
  ) {}

  /** Every rule, oldest first: there are tens of them. */
  all(): Promise<RuleEntity[]> {
    return this.rules.find({ order: { created_at: 'ASC', id: 'ASC' } });
  }

  byId(id: string): Promise<RuleEntity | null> {
    return this.rules.findOneBy({ id });
  }

  count(): Promise<number> {
    return this.rules.count();
  }

  async insert(rule: RuleEntity): Promise<void> {
    await this.rules.insert(rule);
  }

  /** Adds those rules whose id is not there yet. */
  async insertMissing(rules: RuleEntity[]): Promise<void> {
    await this.rules.createQueryBuilder().insert().values(rules).orIgnore().execute();
  }

  /** Replaces what the rule says if nobody changed it since `seen`; false if somebody did. */
  async update(seen: RuleEntity, next: RuleEntity): Promise<boolean> {
    const { affected } = await this.rules.update(
      { id: seen.id, updated_at: seen.updated_at, revision: seen.revision },
      next,
    );
    return affected === 1;
  }

  /** Deletes the rule; its alerts stay, without it. */
  async remove(id: string): Promise<void> {
    await atomically(this.rules.manager.dataSource, [
      this.rules.createQueryBuilder().delete().where('id = :id', { id }),
      this.alerts
        .createQueryBuilder()
        .update()
        .set({ rule_id: null })
        .where('rule_id = :id', { id }),
    ]);
  }
}
